//! Pure rules of mail groups.
