//! Pure rules of ticket fields.
