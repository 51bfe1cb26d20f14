//! Each kind against the sandbox: what it reads, what it proposes, and what that does to a tenant.

mod department;
