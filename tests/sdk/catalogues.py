"""Groups, units, roles, employee types, job levels and families, titles, cities, custom attributes."""

from lark_oapi.api.contact.v3 import *

from harness import make

CUSTOM = {"user_id_type": "user_id", "department_id_type": "department_id"}


def member(id):
    return {"member_type": "user", "member_id_type": "user_id", "member_id": id}


def groups(run):
    api, members = run.contact.group, run.contact.group_member

    def create(**body):
        return make(CreateGroupRequest, request_body=Group(body))

    def add(group, id, **more):
        body = AddGroupMemberRequestBody({**member(id), **more})
        return make(AddGroupMemberRequest, group_id=group, request_body=body)

    made = run.ok(api.create, create(name="oncall", group_id="oncall", type=1, description="who is called"))
    run.same(made.group_id, "oncall", "chosen group id")
    for n in range(4):
        run.ok(api.create, create(name=f"group {n}", group_id=f"g{n}"))
    run.ok(members.add, add("oncall", "u1"))
    body = BatchAddGroupMemberRequestBody({"members": [member("u1"), member("u2"), member("u3")]})
    got = run.ok(members.batch_add, make(BatchAddGroupMemberRequest, group_id="oncall", request_body=body))
    # group-member/batch_add: 42005 inside, 0 outside
    run.same(sorted(r.code for r in got.results), [0, 0, 42005], "one is a member already")
    found, pages = run.pages(members.simplelist, SimplelistGroupMemberRequest, "memberlist",
                             group_id="oncall", member_id_type="user_id", page_size=2)
    run.same((sorted(m.member_id for m in found), pages), (["u1", "u2", "u3"], 2), "members, paged")
    got = run.ok(api.get, make(GetGroupRequest, group_id="oncall")).group
    run.same((got.name, got.member_user_count), ("oncall", 3), "get")
    found, pages = run.pages(api.simplelist, SimplelistGroupRequest, "grouplist", page_size=2, type=1)
    run.same((len(found), pages), (5, 3), "groups, paged")
    got = run.ok(api.member_belong, make(MemberBelongGroupRequest, member_id="u1", member_id_type="user_id"))
    run.same(got.group_list, ["oncall"], "groups of a person")
    run.ok(api.patch, make(PatchGroupRequest, group_id="g1", request_body=Group({"name": "renamed"})))
    body = RemoveGroupMemberRequestBody(member("u1"))
    run.ok(members.remove, make(RemoveGroupMemberRequest, group_id="oncall", request_body=body))
    # group/delete
    run.refused(api.delete, make(DeleteGroupRequest, group_id="oncall"), 400, 42017)
    body = BatchRemoveGroupMemberRequestBody({"members": [member("u2"), member("u3")]})
    run.ok(members.batch_remove, make(BatchRemoveGroupMemberRequest, group_id="oncall", request_body=body))
    run.ok(api.delete, make(DeleteGroupRequest, group_id="oncall"))

    # group/create
    run.refused(api.create, create(name="new", group_id="g1"), 400, 47005)
    run.refused(api.create, create(name="group 2"), 400, 47009)
    # group/get
    run.refused(api.get, make(GetGroupRequest, group_id="none"), 400, 42002)
    # group/patch
    run.refused(api.patch, make(PatchGroupRequest, group_id="g3", request_body=Group({"name": "renamed"})), 400, 47009)
    # group-member/add
    run.refused(members.add, add("none", "u1"), 400, 42002)
    run.refused(members.add, add("g1", "u4"), 400, 42006)
    run.refused(members.add, add("g1", "nobody"), 400, 41073)
    run.ok(members.add, add("g1", "u1"))
    run.refused(members.add, add("g1", "u1"), 400, 42005)
    # group-member/simplelist
    run.refused(members.simplelist, make(SimplelistGroupMemberRequest, group_id="g1", page_size=101), 400, 40011)
    run.refused(members.simplelist, make(SimplelistGroupMemberRequest, group_id="g1", page_token="x"), 400, 40012)
    # group/member_belong
    run.refused(api.member_belong, make(MemberBelongGroupRequest, member_id="nobody", member_id_type="user_id"),
                400, 41073)


def units(run):
    api = run.contact.unit

    def create(**body):
        return make(CreateUnitRequest, request_body=CreateUnitRequestBody(body))

    def bind(unit, department):
        return {"unit_id": unit, "department_id": department, "department_id_type": "department_id"}

    for n in range(3):
        run.ok(api.create, create(unit_id=f"BU{n}", name=f"unit {n}", unit_type="branch"))
    run.same(run.ok(api.get, make(GetUnitRequest, unit_id="BU1")).unit.name, "unit 1", "get")
    found, pages = run.pages(api.list, ListUnitRequest, "unitlist", page_size=2)
    run.same((len(found), pages), (3, 2), "units, paged")
    run.ok(api.patch, make(PatchUnitRequest, unit_id="BU1", request_body=PatchUnitRequestBody({"name": "one"})))
    bound = lambda *pair: make(BindDepartmentUnitRequest, request_body=BindDepartmentUnitRequestBody(bind(*pair)))
    run.ok(api.bind_department, bound("BU1", "eng"))
    run.ok(api.bind_department, bound("BU1", "sales"))
    found, pages = run.pages(api.list_department, ListDepartmentUnitRequest, "departmentlist",
                             unit_id="BU1", department_id_type="department_id", page_size=1)
    run.same((sorted(d.department_id for d in found), pages), (["eng", "sales"], 2), "departments of a unit, paged")
    # unit/bind_department
    run.refused(api.bind_department, bound("BU2", "eng"), 400, 43054)
    run.refused(api.bind_department, bound("none", "eng"), 400, 43051)
    run.refused(api.bind_department, bound("BU2", "none"), 400, 43058)
    for name in ["eng", "sales"]:
        body = UnbindDepartmentUnitRequestBody(bind("BU1", name))
        run.ok(api.unbind_department, make(UnbindDepartmentUnitRequest, request_body=body))
    run.ok(api.delete, make(DeleteUnitRequest, unit_id="BU1"))
    # unit/create
    run.refused(api.create, create(unit_id="BU2", name="x", unit_type="y"), 400, 43056)
    run.refused(api.create, create(unit_id="BU9", name="unit 2", unit_type="branch"), 400, 43055)
    # unit/get, unit/delete
    run.refused(api.get, make(GetUnitRequest, unit_id="BU1"), 400, 43051)
    run.refused(api.delete, make(DeleteUnitRequest, unit_id="BU1"), 400, 43051)
    # unit/list
    run.refused(api.list, make(ListUnitRequest, page_size=101), 400, 40011)
    run.refused(api.list, make(ListUnitRequest, page_token="x"), 400, 40012)


def roles(run):
    api, members = run.contact.functional_role, run.contact.functional_role_member

    def create(name):
        return make(CreateFunctionalRoleRequest, request_body=CreateFunctionalRoleRequestBody({"role_name": name}))

    def add(role, *people):
        body = BatchCreateFunctionalRoleMemberRequestBody({"members": list(people)})
        return make(BatchCreateFunctionalRoleMemberRequest, role_id=role, user_id_type="user_id", request_body=body)

    def scopes(role, people, departments):
        body = ScopesFunctionalRoleMemberRequestBody({"members": people, "departments": departments})
        return make(ScopesFunctionalRoleMemberRequest, role_id=role, request_body=body, **CUSTOM)

    def get(role, id):
        return make(GetFunctionalRoleMemberRequest, role_id=role, member_id=id, **CUSTOM)

    role = run.ok(api.create, create("approver")).role_id
    body = UpdateFunctionalRoleRequestBody({"role_name": "auditor"})
    run.ok(api.update, make(UpdateFunctionalRoleRequest, role_id=role, request_body=body))
    got = run.ok(members.batch_create, add(role, "u1", "u2", "u3"))
    run.same([r.reason for r in got.results], [1, 1, 1], "added")
    got = run.ok(members.batch_create, add(role, "u1"))
    run.same(got.results[0].reason, 4, "already in")
    run.ok(members.scopes, scopes(role, ["u1"], ["eng", "sales"]))
    got = run.ok(members.get, get(role, "u1")).member
    run.same((got.scope_type, sorted(got.department_ids)), ("Part", ["eng", "sales"]), "range of a member")
    found, pages = run.pages(members.list, ListFunctionalRoleMemberRequest, "members",
                             role_id=role, page_size=2, **CUSTOM)
    run.same((len(found), pages), (3, 2), "members, paged")
    # functional_role/delete
    run.refused(api.delete, make(DeleteFunctionalRoleRequest, role_id=role), 400, 41206)
    # functional_role/create
    run.refused(api.create, create("auditor"), 400, 41201)
    # functional_role-member/get
    run.refused(members.get, get(role, "boss"), 404, 41203)
    run.refused(members.get, get("none", "u1"), 404, 41202)
    # functional_role-member/scopes
    run.refused(members.scopes, scopes(role, ["u1"], ["none"]), 400, 41210)
    # functional_role-member/batch_create
    run.refused(members.batch_create, add("none", "u1"), 404, 41202)
    body = BatchDeleteFunctionalRoleMemberRequestBody({"members": ["u1", "u2", "u3"]})
    run.ok(members.batch_delete, make(BatchDeleteFunctionalRoleMemberRequest, role_id=role, user_id_type="user_id",
                                      request_body=body))
    run.ok(api.delete, make(DeleteFunctionalRoleRequest, role_id=role))
    run.refused(api.delete, make(DeleteFunctionalRoleRequest, role_id=role), 404, 41202)


def employee_types(run):
    api = run.contact.employee_type_enum

    def body(content, **more):
        return EmployeeTypeEnum({"content": content, "enum_type": 2, "enum_status": 1, **more})

    def create(*args, **more):
        return make(CreateEmployeeTypeEnumRequest, request_body=body(*args, **more))

    words = [{"locale": "en_us", "value": "Expert"}]
    made = run.ok(api.create, create("expert", i18n_content=words)).employee_type_enum
    run.same(str(made.enum_value), "6", "the first own type")
    run.ok(api.update, make(UpdateEmployeeTypeEnumRequest, enum_id=made.enum_id, request_body=body("senior")))
    found, pages = run.pages(api.list, ListEmployeeTypeEnumRequest, "items", page_size=4)
    run.same((len(found), pages), (6, 2), "types, paged")
    # employee_type_enum/create
    run.refused(api.create, create("senior"), 400, 42301)
    run.refused(api.create, create("other", i18n_content=words), 400, 42302)
    run.ok(api.delete, make(DeleteEmployeeTypeEnumRequest, enum_id=made.enum_id))
    found, pages = run.pages(api.list, ListEmployeeTypeEnumRequest, "items", page_size=100)
    run.same((len(found), pages), (5, 1), "the built-in types")


def job_levels(run):
    api = run.contact.job_level

    def create(name, **more):
        return make(CreateJobLevelRequest, request_body=JobLevel({"name": name, "status": True, **more}))

    made = [run.ok(api.create, create(f"P{n}", order=n * 100)).job_level.job_level_id for n in range(1, 4)]
    run.same(run.ok(api.get, make(GetJobLevelRequest, job_level_id=made[0])).job_level.name, "P1", "get")
    found, pages = run.pages(api.list, ListJobLevelRequest, "items", page_size=2)
    run.same((len(found), pages), (3, 2), "levels, paged")
    got = run.ok(api.list, make(ListJobLevelRequest, name="P2"))
    run.same([level.job_level_id for level in got.items], [made[1]], "by name")
    body = JobLevel({"name": "P9", "order": 900, "status": True})
    run.ok(api.update, make(UpdateJobLevelRequest, job_level_id=made[2], request_body=body))
    run.ok(api.delete, make(DeleteJobLevelRequest, job_level_id=made[2]))
    # job_level/create
    run.refused(api.create, create("P1", order=700), 400, 42305)
    run.refused(api.create, create("P8", order=100), 400, 42306)
    run.refused(api.create, create("P8", order=99), 400, 42308)
    # job_level/get, job_level/delete
    run.refused(api.get, make(GetJobLevelRequest, job_level_id=made[2]), 404, 42301)
    run.refused(api.delete, make(DeleteJobLevelRequest, job_level_id=made[2]), 404, 42301)


def job_families(run):
    api = run.contact.job_family

    def body(name, **more):
        return JobFamily({"name": name, "status": True, **more})

    def create(*args, **more):
        return make(CreateJobFamilyRequest, request_body=body(*args, **more))

    top = run.ok(api.create, create("tech")).job_family.job_family_id
    child = run.ok(api.create, create("code", parent_job_family_id=top)).job_family.job_family_id
    run.ok(api.create, create("craft"))
    got = run.ok(api.get, make(GetJobFamilyRequest, job_family_id=child)).job_family
    run.same(got.parent_job_family_id, top, "get")
    found, pages = run.pages(api.list, ListJobFamilyRequest, "items", page_size=2)
    run.same((len(found), pages), (3, 2), "families, paged")
    run.ok(api.update, make(UpdateJobFamilyRequest, job_family_id=child,
                            request_body=body("coding", parent_job_family_id=top)))
    # job_family/create
    run.refused(api.create, create("craft"), 400, 42406)
    run.refused(api.create, create("x", parent_job_family_id="none"), 400, 42408)
    # job_family/update
    run.refused(api.update, make(UpdateJobFamilyRequest, job_family_id=top,
                                 request_body=body("tech", parent_job_family_id=child)), 400, 42407)
    # job_family/delete
    run.refused(api.delete, make(DeleteJobFamilyRequest, job_family_id=top), 400, 42411)
    run.ok(api.delete, make(DeleteJobFamilyRequest, job_family_id=child))
    run.refused(api.delete, make(DeleteJobFamilyRequest, job_family_id=child), 404, 42402)
    # job_family/get: another code than delete has
    run.refused(api.get, make(GetJobFamilyRequest, job_family_id=child), 404, 42404)


def labels(run):
    titles, cities, attrs = run.contact.job_title, run.contact.work_city, run.contact.custom_attr
    found, pages = run.pages(titles.list, ListJobTitleRequest, "items", page_size=1)
    run.same((sorted(t.name for t in found), pages), (["Clerk", "Head"], 2), "titles, paged")
    got = run.ok(titles.get, make(GetJobTitleRequest, job_title_id=found[0].job_title_id)).job_title
    run.same(got.name, found[0].name, "title")
    found, pages = run.pages(cities.list, ListWorkCityRequest, "items", page_size=1)
    run.same((sorted(c.name for c in found), pages), (["Aarau", "Bern"], 2), "cities, paged")
    got = run.ok(cities.get, make(GetWorkCityRequest, work_city_id=found[0].work_city_id)).work_city
    run.same(got.name, found[0].name, "city")
    found, pages = run.pages(attrs.list, ListCustomAttrRequest, "items", page_size=1)
    run.same(pages, len(found), "custom attributes, one a page")
    # job_title/list, job_title/get, work_city/list, work_city/get
    run.refused(titles.list, make(ListJobTitleRequest, page_token="nonsense"), 400, 40001)
    run.refused(titles.get, make(GetJobTitleRequest, job_title_id="none"), 400, 40001)
    run.refused(cities.list, make(ListWorkCityRequest, page_size=51), 400, 40001)
    run.refused(cities.get, make(GetWorkCityRequest, work_city_id="none"), 400, 40001)
    # custom_attr/list
    run.refused(attrs.list, make(ListCustomAttrRequest, page_size=101), 400, 40011)
    run.refused(attrs.list, make(ListCustomAttrRequest, page_token="nonsense"), 400, 40012)
