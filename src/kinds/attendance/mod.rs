//! What shifts and attendance groups share: objects that are written whole. What was read is kept in the form in which
//! it is written, so that a change is laid over it and nothing undeclared is lost (attendance.md 3).

pub(super) mod times;
pub(super) mod whole;

/// The kinds.
pub(super) const SHIFT: &str = "shift";
pub(super) const GROUP: &str = "attendance_group";

pub(super) const SHIFTS: &str = "/open-apis/attendance/v1/shifts";
pub(super) const ONE_SHIFT: &str = "/open-apis/attendance/v1/shifts/:shift_id";
pub(super) const GROUPS: &str = "/open-apis/attendance/v1/groups";
pub(super) const ONE_GROUP: &str = "/open-apis/attendance/v1/groups/:group_id";
pub(super) const SCHEDULES: &str = "/open-apis/attendance/v1/user_daily_shifts/batch_create";

/// A day off, where the id of a shift is asked for; and its word in the YAML.
pub(super) const REST: &str = "0";
pub(super) const OFF: &str = "off";

/// Fact of a group: the shifts that it names, by id.
pub(super) const USES: &str = "shifts";

/// The app, or its operator, has no rights in the attendance console.
const NO_RIGHTS: i64 = 1_220_005;
const NOBODY_OR_NO_RIGHTS: i64 = 1_220_004;

/// What helps against a refusal of the second gate.
pub(super) fn remedy(error: &crate::api::ApiError) -> Option<String> {
    match error.code() {
        Some(NO_RIGHTS | NOBODY_OR_NO_RIGHTS) => Some(
            "a person gives the app its data range, and the operator administrator rights, in the attendance console; \
             no scope does"
                .to_owned(),
        ),
        _ => error.remedy().map(str::to_owned),
    }
}
