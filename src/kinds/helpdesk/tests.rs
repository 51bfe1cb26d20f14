//! Pure rules of helpdesks.
