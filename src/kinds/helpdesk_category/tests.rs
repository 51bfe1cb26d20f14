//! Pure rules of categories.
