"""Departments, people, the contact range."""

from lark_oapi.api.contact.v3 import *

from harness import make

CUSTOM = {"user_id_type": "user_id", "department_id_type": "department_id"}


def department(name, parent="0", **more):
    return Department({"name": name, "department_id": name, "parent_department_id": parent, **more})


def person(user_id, number, departments, **more):
    return User({
        "user_id": user_id,
        "name": user_id,
        "mobile": f"+86138000{number:05}",
        "employee_type": 1,
        "department_ids": departments,
        **more,
    })


def departments(run):
    api = run.contact.department

    def create(body, **more):
        return make(CreateDepartmentRequest, request_body=body, **CUSTOM, **more)

    def patch(id, **fields):
        return make(PatchDepartmentRequest, department_id=id, request_body=Department(fields), **CUSTOM)

    made = run.ok(api.create, create(department("hq", order="100")))
    run.same(made.department.department_id, "hq", "chosen id")
    run.judge(made.department.open_department_id.startswith("od-"), "a server id")
    open_id = made.department.open_department_id
    for name in ["eng", "sales", "legal", "ops", "lab"]:
        run.ok(api.create, create(department(name, "hq")))
    run.ok(api.create, create(department("backend", "eng")))
    run.ok(api.create, create(department("i18n", "hq", i18n_name={"en_us": "Words"})))

    got = run.ok(api.get, make(GetDepartmentRequest, department_id="hq", **CUSTOM)).department
    run.same((got.name, got.parent_department_id), ("hq", "0"), "get")
    got = run.ok(api.get, make(GetDepartmentRequest, department_id=open_id)).department
    run.same(got.department_id, "hq", "get with the default id type")
    got = run.ok(api.batch, make(BatchDepartmentRequest, department_ids=["eng", "sales", "nope"], **CUSTOM))
    run.same(sorted(d.department_id for d in got.items), ["eng", "sales"], "batch drops unknown ids")

    found, pages = run.pages(api.children, ChildrenDepartmentRequest, "items",
                             department_id="hq", page_size=2, **CUSTOM)
    run.same((len(found), pages), (6, 3), "children, paged")
    found, pages = run.pages(api.children, ChildrenDepartmentRequest, "items",
                             department_id="0", fetch_child=True, page_size=3, **CUSTOM)
    run.same((len(found), pages), (8, 3), "the whole tree, paged")
    chain = run.ok(api.parent, make(ParentDepartmentRequest, department_id="backend", **CUSTOM))
    run.same([d.department_id for d in chain.items], ["eng", "hq"], "ancestors")
    found, pages = run.pages(api.parent, ParentDepartmentRequest, "items",
                             department_id="backend", page_size=1, **CUSTOM)
    run.same(pages, 2, "ancestors, paged")

    run.ok(api.patch, patch("eng", name="engineering", create_group_chat=True))
    got = run.ok(api.get, make(GetDepartmentRequest, department_id="eng", **CUSTOM)).department
    run.same((got.name, bool(got.chat_id)), ("engineering", True), "patched, with a chat")
    body = Department({"name": "law", "parent_department_id": "hq"})
    run.ok(api.update, make(UpdateDepartmentRequest, department_id="legal", request_body=body, **CUSTOM))
    body = UpdateDepartmentIdDepartmentRequestBody({"new_department_id": "law"})
    run.ok(api.update_department_id, make(UpdateDepartmentIdDepartmentRequest, department_id="legal",
                                          department_id_type="department_id", request_body=body))
    run.ok(api.get, make(GetDepartmentRequest, department_id="law", **CUSTOM))
    body = UnbindDepartmentChatDepartmentRequestBody({"department_id": "eng"})
    request = make(UnbindDepartmentChatDepartmentRequest, department_id_type="department_id", request_body=body)
    run.ok(api.unbind_department_chat, request)
    # department/unbind_department_chat
    run.refused(api.unbind_department_chat, request, 403, 40020)
    run.ok(api.delete, make(DeleteDepartmentRequest, department_id="law", department_id_type="department_id"))

    run.ok(api.create, create(department("once", "hq"), client_token="t-1"))
    run.ok(api.create, create(department("once", "hq"), client_token="t-1"))
    # department/create
    run.refused(api.create, create(department("other", "hq"), client_token="t-1"), 400, 40021)
    run.refused(api.create, create(department("hq2", department_id="hq")), 400, 43007)
    run.refused(api.create, create(department("x", department_id="od-x")), 400, 43008)
    run.refused(api.create, create(department("a/b", department_id="ab")), 400, 43029)
    run.refused(api.create, create(department("hq", department_id="hq2")), 400, 43022)
    run.refused(api.create, create(department("x", order="100")), 400, 43005)
    run.refused(api.create, create(department("x", unit_ids=["nounit"])), 400, 43004)
    run.refused(api.create, create(department("x", group_chat_employee_types=[99])), 400, 43026)
    # department/create: order is a string; the SDK's model calls it an int (a field violation, generic table)
    run.refused(api.create, create(department("x", order=7)), 400, 99992402)
    # department/get
    run.refused(api.get, make(GetDepartmentRequest, department_id="none", **CUSTOM), *UNKNOWN_DEPARTMENT)
    # department/delete
    delete = lambda id: make(DeleteDepartmentRequest, department_id=id, department_id_type="department_id")
    run.refused(api.delete, delete("hq"), 400, 43012)
    run.refused(api.delete, delete("0"), 400, 40002)
    # department/children
    children = lambda **more: make(ChildrenDepartmentRequest, department_id="hq", **more, **CUSTOM)
    run.refused(api.children, children(page_size=51), 400, 40011)
    run.refused(api.children, children(page_token="nonsense"), 400, 40012)
    # department/patch
    run.refused(api.patch, patch("0", name="root"), 400, 40002)
    run.refused(api.patch, patch("lab", name="ops"), 400, 43022)


# The page department/get has 40015 for it; the generic table (api-call-guide/ugjM14COyUjL4ITN) has 99992380 for an
# unknown department_id, which the gateway answers first.
UNKNOWN_DEPARTMENT = (400, 99992380)


def people(run):
    api = run.contact.user

    def create(body, **more):
        return make(CreateUserRequest, request_body=body, **CUSTOM, **more)

    def patch(id, **fields):
        return make(PatchUserRequest, user_id=id, request_body=User(fields), **CUSTOM)

    def get(id):
        return run.ok(api.get, make(GetUserRequest, user_id=id, **CUSTOM)).user

    boss = run.ok(api.create, create(person("boss", 1, ["hq"], job_title="Head", city="Aarau")))
    run.same(boss.user.user_id, "boss", "chosen user_id")
    # department/patch: a person who has not joined cannot lead
    run.refused(run.contact.department.patch,
                make(PatchDepartmentRequest, department_id="hq", request_body=Department({"leader_user_id": "boss"}),
                     **CUSTOM), 400, 43025)
    # user/patch: nor be changed
    run.refused(api.patch, patch("boss", name="Boss"), 400, 44010)
    run.act(action="join", user="boss")
    run.ok(run.contact.department.patch,
           make(PatchDepartmentRequest, department_id="hq", request_body=Department({"leader_user_id": "boss"}),
                **CUSTOM))
    led = run.raw(run.contact.department.get, make(GetDepartmentRequest, department_id="hq", **CUSTOM))
    run.same(led["department"]["leaders"], [{"leaderType": 1, "leaderID": "boss"}], "leaders follow the leader")

    for n in range(7):
        run.ok(api.create, create(person(f"u{n}", 10 + n, ["eng"], leader_user_id="boss", email=f"u{n}@example.com",
                                         employee_no=f"no{n}")))
    run.ok(api.create, create(person("two", 30, ["eng", "sales"], job_title="Clerk", city="Bern", orders=[
        {"department_id": "sales", "department_order": 2, "user_order": 1, "is_primary_dept": True},
        {"department_id": "eng", "department_order": 1, "user_order": 1, "is_primary_dept": False},
    ])))
    run.act(action="join")

    found, pages = run.pages(api.find_by_department, FindByDepartmentUserRequest, "items",
                             department_id="eng", page_size=3, **CUSTOM)
    run.same((len(found), pages), (8, 3), "people of a department, paged")
    got = get("u1")
    run.same((got.leader_user_id, got.mobile, got.status.is_activated), ("boss", "+8613800000011", True), "get")
    got = run.ok(api.batch, make(BatchUserRequest, user_ids=["u1", "u2", "nope"], **CUSTOM))
    run.same(sorted(u.user_id for u in got.items), ["u1", "u2"], "batch drops unknown ids")
    got = run.ok(api.get, make(GetUserRequest, user_id=got.items[0].open_id)).user
    run.judge(got.user_id in ("u1", "u2"), "get with the default id type")
    body = BasicBatchUserRequestBody({"user_ids": ["u1"]})
    got = run.ok(api.basic_batch, make(BasicBatchUserRequest, user_id_type="user_id", request_body=body))
    run.same(got.users[0].name, "u1", "basic_batch")
    body = BatchGetIdUserRequestBody({"mobiles": ["13800000012"], "emails": ["u3@example.com", "no@example.com"]})
    got = run.ok(api.batch_get_id, make(BatchGetIdUserRequest, user_id_type="user_id", request_body=body))
    run.same(sorted(u.user_id or "" for u in got.user_list), ["", "u2", "u3"], "ids by mobile and mail")

    run.ok(api.patch, patch("u1", nickname="One", gender=2, country="CH", is_frozen=True))
    run.same(get("u1").status.is_frozen, True, "frozen")
    run.ok(api.patch, patch("u1", is_frozen=False))
    run.ok(api.patch, patch("u2", department_ids=["sales", "eng"]))
    run.same(sorted(get("u2").department_ids), ["eng", "sales"], "moved")
    body = UpdateUserIdUserRequestBody({"new_user_id": "six"})
    request = make(UpdateUserIdUserRequest, user_id="u6", user_id_type="user_id", request_body=body)
    run.ok(api.update_user_id, request)
    run.same(get("six").name, "u6", "renamed user_id")
    gone = get("u5").open_id
    body = DeleteUserRequestBody({"docs_acceptor_user_id": "boss", "calendar_acceptor_user_id": "boss",
                                  "email_acceptor": {"processing_type": "1", "acceptor_user_id": "boss"}})
    run.ok(api.delete, make(DeleteUserRequest, user_id="u5", user_id_type="user_id", request_body=body))
    run.same(get("u5").status.is_resigned, True, "resigned, still readable")
    # user/patch
    run.refused(api.patch, patch("u5", name="x"), 400, 42006)
    body = ResurrectUserRequestBody.builder().departments([
        {"department_id": "eng", "user_order": 0, "department_order": 0}]).build()
    request = make(ResurrectUserRequest, user_id=gone, user_id_type="open_id", department_id_type="department_id",
                   request_body=body)
    run.ok(api.resurrect, request)
    # user/resurrect
    run.refused(api.resurrect, request, 400, 44033)
    run.ok(api.delete, make(DeleteUserRequest, user_id="u4", user_id_type="user_id"))

    # user/create
    new = lambda **more: create(person("new", 99, ["eng"], **more))
    run.refused(api.create, create(person("new", 1, ["eng"])), 400, 41001)
    run.refused(api.create, new(email="u1@example.com"), 400, 41002)
    run.refused(api.create, create(person("u1", 99, ["eng"])), 400, 41011)
    run.refused(api.create, new(employee_type=77), 400, 41059)
    run.refused(api.create, new(job_level_id="none"), 400, 44044)
    run.refused(api.create, new(job_family_id="none"), 400, 44045)
    run.refused(api.create, new(employee_no="no1"), 400, 44051)
    run.refused(api.create, new(mobile="+14155550101"), 400, 44020)
    run.refused(api.create, new(mobile="12"), 400, 41004)
    run.refused(api.create, new(leader_user_id="nobody"), *UNKNOWN_USER)
    run.refused(api.create, new(leader_user_id="u4"), 400, 44021)
    run.refused(api.create, new(orders=[{"department_id": "sales", "department_order": 1}]), 400, 41025)
    attr = {"type": "TEXT", "id": "none", "value": {"text": "x"}}
    run.refused(api.create, new(custom_attrs=[attr]), 400, 41045)
    # user/patch
    run.refused(api.patch, patch("u1", leader_user_id="u1"), 400, 41030)
    run.refused(api.patch, patch("u1", orders=[{"department_id": "eng", "department_order": 1}]),
                400, 44002)
    run.refused(api.patch, patch("two", department_ids=["eng", "sales"], orders=[
        {"department_id": "eng", "department_order": 1, "is_primary_dept": True},
        {"department_id": "sales", "department_order": 9, "is_primary_dept": False},
    ]), 400, 41410)
    run.refused(api.patch, patch("u1", mobile="+8613800000001"), 400, 41001)
    run.act(action="mark", user="boss", founder=True, manager=True)
    run.refused(api.patch, patch("boss", is_frozen=True), 400, 44036)
    # user/delete
    run.refused(api.delete, make(DeleteUserRequest, user_id="boss", user_id_type="user_id"), 400, 44037)
    body = DeleteUserRequestBody({"docs_acceptor_user_id": "u4"})
    run.refused(api.delete, make(DeleteUserRequest, user_id="u3", user_id_type="user_id", request_body=body),
                400, 41052)
    # user/update_user_id
    body = UpdateUserIdUserRequestBody({"new_user_id": "u1"})
    run.refused(api.update_user_id,
                make(UpdateUserIdUserRequest, user_id="u2", user_id_type="user_id", request_body=body), 400, 41011)
    # user/find_by_department
    find = lambda **more: make(FindByDepartmentUserRequest, department_id="eng", **more, **CUSTOM)
    run.refused(api.find_by_department, find(page_size=51), 400, 40011)
    run.refused(api.find_by_department, find(page_token="nonsense"), 400, 40012)
    # department/delete
    run.refused(run.contact.department.delete,
                make(DeleteDepartmentRequest, department_id="sales", department_id_type="department_id"), 400, 43011)
    # department/patch
    leaders = [{"leaderType": 1, "leaderID": "boss"}, {"leaderType": 2, "leaderID": "boss"}]
    body = Department.builder().leaders(leaders).build()
    run.refused(run.contact.department.patch,
                make(PatchDepartmentRequest, department_id="eng", request_body=body, **CUSTOM), 400, 43016)
    body = Department({"leader_user_id": "u4"})
    run.refused(run.contact.department.patch,
                make(PatchDepartmentRequest, department_id="eng", request_body=body, **CUSTOM), 400, 42006)
    body = Department({"department_hrbps": ["u4"]})
    run.refused(run.contact.department.patch,
                make(PatchDepartmentRequest, department_id="eng", request_body=body, **CUSTOM), 400, 43028)
    # The SDK's own model of a leader says leader_type and leader_id; every page says leaderType and leaderID. Sent as
    # the model has it, the required fields are missing: a field violation (generic table).
    body = Department({"leaders": [{"leader_type": 1, "leader_id": "boss"}]})
    run.refused(run.contact.department.patch,
                make(PatchDepartmentRequest, department_id="eng", request_body=body, **CUSTOM), 400, 99992402)
    body = Department.builder().leaders([{"leaderType": 1, "leaderID": "u1"}, {"leaderType": 2, "leaderID": "u2"}])
    run.ok(run.contact.department.patch,
           make(PatchDepartmentRequest, department_id="eng", request_body=body.build(), **CUSTOM))


# Generic table (api-call-guide/ugjM14COyUjL4ITN): an unknown user_id. The page user/create has 44022 for a leader that
# is invalid; the gateway, which resolves ids first, never lets an unknown one get so far.
UNKNOWN_USER = (400, 99992360)


def contact_range(run):
    scope = run.contact.scope
    listed = run.ok(scope.list, make(ListScopeRequest, **CUSTOM))
    run.same(listed.department_ids, ["hq"], "with the whole tenant, the top departments")

    chosen = run.ok(run.contact.department.batch,
                    make(BatchDepartmentRequest, department_ids=["sales", "ops", "lab"], **CUSTOM)).items
    people = run.ok(run.contact.user.batch, make(BatchUserRequest, user_ids=["u1", "u3"], **CUSTOM)).items
    run.act(action="range", departments=[d.open_department_id for d in chosen], users=[u.union_id for u in people],
            groups=[])
    departments, users, token, pages = [], [], None, 0
    while True:
        request = make(ListScopeRequest, page_size=2, **CUSTOM)
        if token:
            request.add_query("page_token", token)
        data = run.ok(scope.list, request)
        departments += data.department_ids or []
        users += data.user_ids or []
        pages += 1
        token = data.page_token
        if not data.has_more:
            break
    run.same(sorted(departments), ["lab", "ops", "sales"], "departments in range")
    run.same(sorted(users), ["u1", "u3"], "people in range")
    run.judge(pages >= 2, "several pages")

    # department/get, department/create, user/get, group/create
    run.refused(run.contact.department.get, make(GetDepartmentRequest, department_id="eng", **CUSTOM), 403, 40004)
    run.refused(run.contact.department.create,
                make(CreateDepartmentRequest, request_body=department("new", "eng"), **CUSTOM), 403, 40014)
    run.refused(run.contact.user.get, make(GetUserRequest, user_id="six", **CUSTOM), 400, 41050)
    run.refused(run.contact.group.create, make(CreateGroupRequest, request_body=Group({"name": "g"})), 403, 42010)
    got = run.ok(run.contact.user.batch, make(BatchUserRequest, user_ids=["u1", "six"], **CUSTOM))
    run.same([u.user_id for u in got.items], ["u1"], "batch drops who is out of range")
    run.act(action="range")
    # scope/list
    run.refused(scope.list, make(ListScopeRequest, page_token="nonsense"), 400, 40012)
    run.refused(scope.list, make(ListScopeRequest, page_size=0), 400, 40011)
