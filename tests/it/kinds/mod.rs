//! Each kind against the sandbox: what it reads, what it proposes, and what that does to a tenant.

mod employee_type;
mod job_family;
mod job_level;
