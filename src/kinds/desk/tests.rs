//! Pure rules of what is shared; the kinds' own tests go over HTTP.
