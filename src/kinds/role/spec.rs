//! What may be written of a role.

use crate::resource::{Attribute, KindInfo, Naming, Shape};

pub(super) const NAME: &str = "role";

/// `functional_role-member/batch_create`, code 41209.
const MOST_MEMBERS: usize = 1_000;
/// `functional_role-member/scopes`: departments in one call, and a range is set by one call.
const MOST_DEPARTMENTS: usize = 100;

/// A member: a user alone, or with a range.
static MEMBER: Shape = Shape::Either(&[
    Shape::Object(&[
        Attribute::new("user", Shape::Ref { kind: "user", also: &[] }, "The member.").required().example("zhang.san"),
        Attribute::new("scope", SCOPE, "The departments that the member answers for in this role. Left out, it is not \
            managed. An empty list means no range: the API cannot take a range away, so the member leaves the role and \
            enters it again.")
        .example("[engineering]"),
    ]),
    Shape::Ref { kind: "user", also: &[] },
]);

const SCOPE: Shape =
    Shape::Set { of: &Shape::Ref { kind: "department", also: &[] }, max: MOST_DEPARTMENTS, partial: false };

pub(super) static INFO: KindInfo = KindInfo {
    name: NAME,
    plural: "roles",
    title: "Role",
    about: "A named pool of approvers for approval flows, each with the departments they answer for. The API can make, \
            rename and delete roles, and neither list them nor read a name back. So only the state knows which role is \
            whose: a role that exists is taken over with `import: {role.KEY: ROLE_ID}` (the admin console shows the id \
            beside the name), never by its name. A name that somebody changes in the admin console goes unnoticed, and \
            is set right by the next rename only. For the same reason a rename takes two calls, the first to a name \
            that cannot be taken: a refusal of the second then means that another role has the name, and never that \
            an earlier run got through. If the answer to the creation of a role is lost, the next run is told that the \
            name exists: import that role. A tenant has at most 500 roles, a role 1,000 members.",
    naming: Naming::RecordedOnly,
    attributes: &[
        Attribute::new("name", Shape::text(50), "Unique among the roles of the tenant, the platform's own included.")
            .required()
            .write_only()
            .example("财务审批"),
        Attribute::new(
            "members",
            Shape::Set { of: &MEMBER, max: MOST_MEMBERS, partial: true },
            "Who is in it: users, or users with the departments they answer for. A plain list is exact: whoever else \
             is in is removed.",
        )
        .example("[{ user: zhang.san, scope: [engineering] }, li.si]"),
    ],
    tree: None,
    example: "version: 1
departments:
  engineering:
    name: 研发中心
    parent: root
users:
  zhang.san:
    name: 张三
    mobile: \"+8613011111111\"
    departments: [engineering]
    employee_type: regular
  li.si:
    name: 李四
    mobile: \"+8613022222222\"
    departments: [engineering]
    employee_type: regular
roles:
  finance-approver:
    name: 财务审批
    members:
      - { user: zhang.san, scope: [engineering] }
      - li.si
",
    lookups: &[("role_id", "by its id, which the admin console shows beside the name")],
    key: None,
    observe_after: &[],
};
