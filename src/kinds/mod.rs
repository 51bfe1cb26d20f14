//! Every kind, one line each. The order is the order of output and, among equals, of planning.

use crate::resource::{Kind, Registry};

/// Declares the modules and the list in one go, so that neither can be forgotten.
macro_rules! kinds {
    ($($module:ident),* $(,)?) => {
        $(pub mod $module;)*
        static ALL: &[&dyn Kind] = &[$(&$module::KIND),*];
    };
}

kinds! {
    user,
}

/// All kinds.
pub const fn registry() -> Registry {
    Registry::new(ALL)
}
