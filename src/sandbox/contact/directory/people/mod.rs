//! The endpoints for people.
//!
//! Rules follow the pages under `contact-v3/user/`; what they leave open is decided in `docs/fidelity.md`.

mod attrs;
mod countries;
mod create;
mod lookup;
mod patch;
mod read;
mod render;
mod resign;
mod rules;

use crate::sandbox::gateway::Route;

pub(super) use resign::resign_exited;

pub(super) fn routes() -> Vec<Route> {
    const BASE: &str = "/open-apis/contact/v3/users";
    const ONE: &str = "/open-apis/contact/v3/users/:user_id";
    vec![
        Route::write("POST", BASE, create::create),
        Route::write("PATCH", ONE, patch::patch).updating(44_025),
        Route::write("DELETE", ONE, resign::delete),
        Route::write("POST", "/open-apis/contact/v3/users/:user_id/resurrect", resign::resurrect),
        Route::write("PATCH", "/open-apis/contact/v3/users/:user_id/update_user_id", patch::change_id),
        Route::read("GET", ONE, read::get),
        Route::read("GET", "/open-apis/contact/v3/users/batch", read::batch),
        Route::read("GET", "/open-apis/contact/v3/users/find_by_department", read::by_department),
        Route::read("POST", "/open-apis/contact/v3/users/batch_get_id", lookup::batch_get_id),
        Route::read("POST", "/open-apis/contact/v3/users/basic_batch", lookup::basic_batch),
        Route::read("GET", "/open-apis/search/v1/user", lookup::search),
    ]
}
