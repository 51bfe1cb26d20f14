//! What is made of an answer, and what is written of it.
