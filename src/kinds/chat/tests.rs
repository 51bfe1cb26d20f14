//! What answers mean, without a tenant.
