//! The department endpoints.
//!
//! Rules follow the pages under `contact-v3/department/`; what they leave open is decided in
//! `docs/fidelity.md`. Structural writes run under the tenant-wide lock (43024).

mod change;
mod read;
mod remove;
mod render;
mod rules;

use crate::sandbox::gateway::{Lock, Route};

pub(super) fn routes() -> Vec<Route> {
    const BASE: &str = "/open-apis/contact/v3/departments";
    const ONE: &str = "/open-apis/contact/v3/departments/:department_id";
    const LOCKED: i64 = 43_024;
    const UPDATING: i64 = 43_030;
    vec![
        Route::write("POST", BASE, change::create).locking(Lock::Structure, LOCKED),
        Route::write("PATCH", ONE, change::patch).locking(Lock::Structure, LOCKED).updating(UPDATING),
        Route::write("PUT", ONE, change::put).locking(Lock::Structure, LOCKED).updating(UPDATING),
        Route::write("DELETE", ONE, remove::delete),
        Route::write(
            "PATCH",
            "/open-apis/contact/v3/departments/:department_id/update_department_id",
            change::change_id,
        ),
        Route::write("POST", "/open-apis/contact/v3/departments/unbind_department_chat", remove::unbind_chat),
        Route::read("GET", ONE, read::get),
        Route::read("GET", "/open-apis/contact/v3/departments/batch", read::batch),
        Route::read("GET", "/open-apis/contact/v3/departments/:department_id/children", read::children),
        Route::read("GET", "/open-apis/contact/v3/departments/parent", read::ancestors),
        Route::read("POST", "/open-apis/contact/v3/departments/search", read::search),
    ]
}
