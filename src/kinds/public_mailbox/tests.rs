//! Pure rules of public mailboxes.
