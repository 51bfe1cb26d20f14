//! Pure rules of FAQs.
