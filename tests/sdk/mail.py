"""Mail groups, who is in them and who may send, public mailboxes, further addresses, what an address is."""

import lark_oapi.api.contact.v3 as contact
from lark_oapi.api.mail.v1 import *

from harness import make
from organisation import CUSTOM, person

DOMAIN = "mail.example"


def at(name):
    return f"{name}@{DOMAIN}"


def begin(run):
    """An administrator verifies a domain and opens all mail to the app; people get company mailboxes."""
    run.control("tenant/settings", {"mail_domains": [DOMAIN]})
    for id in ("u1", "u2", "u3", "boss"):
        run.ok(run.contact.user.patch, make(contact.PatchUserRequest, user_id=id, request_body=contact.User(
            {"enterprise_email": at(id)}), **CUSTOM))


def groups(run):
    api = run.client.mail.v1.mailgroup
    begin(run)

    def create(name, **more):
        return make(CreateMailgroupRequest, request_body=Mailgroup({"email": at(name), "name": name, **more}))

    def patch(id, **fields):
        return make(PatchMailgroupRequest, mailgroup_id=id, request_body=Mailgroup(fields))

    def update(id, **fields):
        return make(UpdateMailgroupRequest, mailgroup_id=id, request_body=Mailgroup(fields))

    get = lambda id: make(GetMailgroupRequest, mailgroup_id=id)
    delete = lambda id: make(DeleteMailgroupRequest, mailgroup_id=id)

    eng = run.ok(api.create, create("eng", description="all of it", who_can_send_mail="ALL_INTERNAL_USERS"))
    # The app was given no mail: what it may not see it is denied, and lists leave it out.
    run.refused(api.get, get(eng.mailgroup_id), 403, 1230002)
    run.same(run.ok(api.list, make(ListMailgroupRequest)).items or [], [], "nothing in range")
    run.act(action="mail_range", all=True)
    got = run.ok(api.get, get(at("eng")))
    run.same((got.mailgroup_id, got.name, got.who_can_send_mail, got.direct_members_count),
             (eng.mailgroup_id, "eng", "ALL_INTERNAL_USERS", "0"), "get by address")
    for name in ("ops", "sales"):
        run.ok(api.create, create(name, who_can_send_mail="ANYONE"))
    found, pages = run.pages(api.list, ListMailgroupRequest, "items", page_size=2)
    run.same((sorted(g.email for g in found), pages), ([at("eng"), at("ops"), at("sales")], 2), "groups, paged")
    run.ok(api.patch, patch(eng.mailgroup_id, name="Engineering"))
    got = run.ok(api.get, get(eng.mailgroup_id))
    run.same((got.name, got.description), ("Engineering", "all of it"), "patched, the rest as it was")
    got = run.ok(api.update, update(at("ops"), email=at("operations"), name="Operations",
                                    who_can_send_mail="CUSTOM_MEMBERS"))
    run.same((got.email, got.name, got.who_can_send_mail), (at("operations"), "Operations", "CUSTOM_MEMBERS"),
             "replaced")

    # mailgroup/create
    run.refused(api.create, create("eng"), 409, 1234006)
    run.refused(api.create, make(CreateMailgroupRequest, request_body=Mailgroup(
        {"email": "eng@elsewhere.example", "name": "x"})), 400, 1234019)
    run.refused(api.create, make(CreateMailgroupRequest, request_body=Mailgroup(
        {"email": "no address", "name": "x"})), 400, 1234008)
    # mailgroup/get, mailgroup/patch, mailgroup/update, mailgroup/delete
    run.refused(api.get, get(at("none")), 404, 1234013)
    run.refused(api.patch, patch(at("none"), name="x"), 404, 1234013)
    run.refused(api.patch, patch(at("sales"), email=at("eng")), 409, 1234006)
    run.refused(api.update, update(at("sales"), email=at("eng"), name="x"), 409, 1234006)
    run.refused(api.delete, delete(at("none")), 404, 1234013)
    # api-call-guide/ugjM14COyUjL4ITN: a value that is none of the enumeration
    run.refused(api.create, create("x", who_can_send_mail="SOMEBODY"), 400, 99992402)
    run.control("tenant/settings", {"mail": {"down": True}})
    # mailgroup/list
    run.refused(api.list, make(ListMailgroupRequest), 503, 1235003)
    run.control("tenant/settings", {"mail": {"groups": 3}})
    # mailgroup/create
    run.refused(api.create, create("fourth"), 400, 1234030)
    run.control("tenant/settings", {"mail": {}})
    run.ok(api.delete, delete(at("sales")))
    run.refused(api.delete, delete(at("sales")), 404, 1234013)


def group_people(run):
    v1 = run.client.mail.v1
    api, senders, managers, aliases = (v1.mailgroup_member, v1.mailgroup_permission_member, v1.mailgroup_manager,
                                       v1.mailgroup_alias)
    run.ok(v1.mailgroup.create, make(CreateMailgroupRequest, request_body=Mailgroup(
        {"email": at("team"), "name": "team", "who_can_send_mail": "CUSTOM_MEMBERS"})))
    team = {"mailgroup_id": at("team")}
    none = {"mailgroup_id": at("none")}
    user = lambda id: {"type": "USER", "user_id": id}
    department = lambda id: {"type": "DEPARTMENT", "department_id": id}

    add = lambda entry, group=team: make(CreateMailgroupMemberRequest, request_body=MailgroupMember(entry),
                                         **group, **CUSTOM)
    batch = lambda entries, group=team: make(BatchCreateMailgroupMemberRequest, **group, **CUSTOM, request_body=(
        BatchCreateMailgroupMemberRequestBody({"items": entries})))
    one = run.ok(api.create, add(user("u1")))
    run.same((one.type, one.user_id), ("USER", "u1"), "a person")
    got = run.ok(api.batch_create, batch([user("u1"), user("u2"), department("eng"), {"type": "COMPANY"},
                                          {"type": "EXTERNAL_USER", "email": "ann@partner.example"},
                                          {"type": "MAIL_GROUP", "email": at("eng")}])).items
    run.same(sorted(m.type for m in got), ["COMPANY", "DEPARTMENT", "EXTERNAL_USER", "MAIL_GROUP", "USER"],
             "those who were not in yet")
    got = run.ok(api.get, make(GetMailgroupMemberRequest, member_id=one.member_id, **team, **CUSTOM))
    run.same(got.user_id, "u1", "one entry")
    found, pages = run.pages(api.list, ListMailgroupMemberRequest, "items", page_size=4, **team, **CUSTOM)
    run.same((len(found), pages), (6, 2), "members, paged")
    got = run.ok(v1.mailgroup.get, make(GetMailgroupRequest, **team))
    run.same((got.direct_members_count, got.include_external_member, got.include_all_company_member),
             ("6", True, True), "what the group says of them")
    # mailgroup-member/{create,batch_create}
    run.refused(api.create, add(user("nobody")), *UNKNOWN_USER)
    run.refused(api.create, add({"type": "MAIL_GROUP", "email": at("none")}), 400, 1234008)
    run.refused(api.create, add(user("u1"), none), 404, 1234013)
    run.refused(api.batch_create, batch([user("u3"), {"type": "PUBLIC_MAILBOX", "email": at("none")}]), 400, 1234008)
    run.control("tenant/settings", {"mail": {"group_members": 6}})
    run.refused(api.create, add(user("u3")), 400, 1234030)
    run.refused(api.batch_create, batch([user("u3")]), 400, 1234030)
    run.control("tenant/settings", {"mail": {}})
    delete = lambda id, group=team: make(DeleteMailgroupMemberRequest, member_id=id, **group)
    run.ok(api.delete, delete(one.member_id))
    rest = [m.member_id for m in found if m.member_id != one.member_id]
    body = BatchDeleteMailgroupMemberRequestBody({"member_id_list": rest[:3]})
    run.ok(api.batch_delete, make(BatchDeleteMailgroupMemberRequest, request_body=body, **team))
    # mailgroup-member/{delete,get,list,batch_delete}
    run.refused(api.delete, delete(one.member_id), 404, 1234014)
    run.refused(api.get, make(GetMailgroupMemberRequest, member_id=one.member_id, **team), 404, 1234014)
    run.refused(api.batch_delete, make(BatchDeleteMailgroupMemberRequest, request_body=body, **team), 404, 1234014)
    run.refused(api.list, make(ListMailgroupMemberRequest, **none), 404, 1234013)

    add = lambda entry, group=team: make(CreateMailgroupPermissionMemberRequest, **group, **CUSTOM,
                                         request_body=MailgroupPermissionMember(entry))
    batch = lambda *entries: make(BatchCreateMailgroupPermissionMemberRequest, **team, **CUSTOM, request_body=(
        BatchCreateMailgroupPermissionMemberRequestBody({"items": list(entries)})))
    one = run.ok(senders.create, add(department("eng")))
    run.same((one.type, one.department_id), ("DEPARTMENT", "eng"), "a department may send")
    run.same(len(run.ok(senders.batch_create, batch(user("u1"), user("u2"))).items), 2, "and two people")
    get = lambda: make(GetMailgroupPermissionMemberRequest, permission_member_id=one.permission_member_id, **team,
                       **CUSTOM)
    run.same(run.ok(senders.get, get()).department_id, "eng", "one sender")
    found, pages = run.pages(senders.list, ListMailgroupPermissionMemberRequest, "items", page_size=2, **team,
                             **CUSTOM)
    run.same((len(found), pages), (3, 2), "senders, paged")
    # mailgroup-permission_member/{batch_create,create}
    run.refused(senders.batch_create, batch({"type": "MAIL_GROUP", "email": at("none")}), 400, 1234008)
    run.refused(senders.create, add(user("u1"), none), 404, 1234013)
    delete = make(DeleteMailgroupPermissionMemberRequest, permission_member_id=one.permission_member_id, **team)
    run.ok(senders.delete, delete)
    ids = [s.permission_member_id for s in found if s.permission_member_id != one.permission_member_id]
    body = BatchDeleteMailgroupPermissionMemberRequestBody({"permission_member_id_list": ids})
    run.ok(senders.batch_delete, make(BatchDeleteMailgroupPermissionMemberRequest, request_body=body, **team))
    # mailgroup-permission_member/{delete,get,batch_delete}
    run.refused(senders.delete, delete, 404, 1234015)
    run.refused(senders.get, get(), 404, 1234015)
    run.refused(senders.batch_delete, make(BatchDeleteMailgroupPermissionMemberRequest, request_body=body, **team),
                404, 1234015)

    def manage(request_class, body_class, *ids, group=team):
        body = body_class({"mailgroup_manager_list": [{"user_id": id} for id in ids]})
        return make(request_class, user_id_type="user_id", request_body=body, **group)

    create = (BatchCreateMailgroupManagerRequest, BatchCreateMailgroupManagerRequestBody)
    remove = (BatchDeleteMailgroupManagerRequest, BatchDeleteMailgroupManagerRequestBody)
    run.ok(managers.batch_create, manage(*create, "u1", "u2", "boss"))
    run.ok(managers.batch_delete, manage(*remove, "u2"))
    found, pages = run.pages(managers.list, ListMailgroupManagerRequest, "items", page_size=1,
                             user_id_type="user_id", **team)
    run.same((sorted(m.user_id for m in found), pages), (["boss", "u1"], 2), "managers, paged")
    got = run.ok(v1.mailgroup.list, make(ListMailgroupRequest, manager_user_id="boss", user_id_type="user_id"))
    run.same([g.email for g in got.items], [at("team")], "groups of a manager")
    # mailgroup-manager/{batch_create,batch_delete,list}: a failure with HTTP 200
    run.refused(managers.batch_create, manage(*create, "u1", group=none), 200, 1234013)
    run.refused(managers.batch_delete, manage(*remove, "u1", group=none), 200, 1234013)
    run.refused(managers.list, make(ListMailgroupManagerRequest, **none), 200, 1234013)

    add = lambda address, group=team: make(CreateMailgroupAliasRequest, **group,
                                           request_body=EmailAlias({"email_alias": address}))
    delete = lambda address: make(DeleteMailgroupAliasRequest, alias_id=address, **team)
    got = run.ok(aliases.create, add(at("squad"))).mailgroup_alias
    run.same((got.primary_email, got.email_alias), (at("team"), at("squad")), "an alias")
    got = run.ok(aliases.list, make(ListMailgroupAliasRequest, **team)).items
    run.same([a.email_alias for a in got], [at("squad")], "aliases")
    # mailgroup-alias/{create,delete,list}
    run.refused(aliases.create, add(at("eng")), 409, 1234006)
    run.refused(aliases.create, add(at("squad")), 409, 1235002)
    run.refused(aliases.create, add("squad@elsewhere.example"), 404, 1234019)
    run.refused(aliases.create, add("no address"), 400, 1234008)
    run.refused(aliases.create, add(at("crew"), none), 404, 1234013)
    run.refused(aliases.list, make(ListMailgroupAliasRequest, **none), 404, 1234013)
    run.ok(run.contact.user.create, make(contact.CreateUserRequest, request_body=person(
        "login", 70, ["eng"], email=at("login")), **CUSTOM))
    run.refused(aliases.create, add(at("login")), 409, 1234033)
    run.control("tenant/settings", {"mail": {"down": True}})
    run.refused(aliases.create, add(at("crew")), 400, 1235003)
    run.control("tenant/settings", {"mail": {}})
    run.ok(aliases.delete, delete(at("squad")))
    run.refused(aliases.delete, delete(at("squad")), 404, 1234012)


# Generic table (api-call-guide/ugjM14COyUjL4ITN): an unknown user_id.
UNKNOWN_USER = (400, 99992360)


def mailboxes(run):
    v1 = run.client.mail.v1
    api, members, aliases = v1.public_mailbox, v1.public_mailbox_member, v1.public_mailbox_alias

    def create(name, **more):
        return make(CreatePublicMailboxRequest, request_body=PublicMailbox({"email": at(name), "name": name, **more}))

    help, none = {"public_mailbox_id": at("help")}, {"public_mailbox_id": at("none")}
    get = lambda box: make(GetPublicMailboxRequest, **box)
    patch = lambda box, **fields: make(PatchPublicMailboxRequest, request_body=PublicMailbox(fields), **box)
    update = lambda box, **fields: make(UpdatePublicMailboxRequest, request_body=PublicMailbox(fields), **box)

    made = run.ok(api.create, create("help"))
    for name in ("archive", "jobs"):
        run.ok(api.create, create(name))
    got = run.ok(api.get, get(help))
    run.same((got.public_mailbox_id, got.name), (made.public_mailbox_id, "help"), "get by address")
    found, pages = run.pages(api.list, ListPublicMailboxRequest, "items", page_size=2)
    run.same((sorted(m.email for m in found), pages), ([at("archive"), at("help"), at("jobs")], 2),
             "mailboxes, paged")
    run.same(run.ok(api.patch, patch(help, name="Help desk")).name, "Help desk", "patched")
    got = run.ok(api.update, update({"public_mailbox_id": at("jobs")}, email=at("careers"), name="Careers"))
    run.same((got.email, got.name), (at("careers"), "Careers"), "replaced")
    # public_mailbox/create
    run.refused(api.create, create("help"), 409, 1234006)
    run.refused(api.create, create("login"), 409, 1234033)
    run.refused(api.create, make(CreatePublicMailboxRequest, request_body=PublicMailbox(
        {"email": "no address", "name": "x"})), 400, 1234008)
    run.refused(api.create, create("geo", geo="cn"), 400, 1234041)
    run.control("tenant/settings", {"mail": {"mailboxes": 3}})
    # public_mailbox/create: a failure with HTTP 200
    run.refused(api.create, create("fourth"), 200, 1234026)
    run.control("tenant/settings", {"mail": {}})
    # public_mailbox/{get,patch,update}
    run.refused(api.get, get(none), 404, 1234016)
    run.refused(api.patch, patch(none, name="x"), 404, 1234016)
    run.refused(api.patch, patch(help, email=at("archive")), 409, 1234006)
    run.refused(api.update, update(none, email=at("x"), name="x"), 404, 1234016)

    user = lambda id: {"type": "USER", "user_id": id}
    add = lambda id, box=help: make(CreatePublicMailboxMemberRequest, user_id_type="user_id", **box,
                                    request_body=PublicMailboxMember(user(id)))
    batch = lambda *ids: make(BatchCreatePublicMailboxMemberRequest, user_id_type="user_id", **help, request_body=(
        BatchCreatePublicMailboxMemberRequestBody({"items": [user(id) for id in ids]})))
    one = run.ok(members.create, add("u1"))
    run.same((one.type, one.user_id), ("USER", "u1"), "a member")
    got = run.ok(members.batch_create, batch("u2", "u3", "boss")).items
    run.same(sorted(m.user_id for m in got), ["boss", "u2", "u3"], "and three more")
    get = lambda: make(GetPublicMailboxMemberRequest, member_id=one.member_id, user_id_type="user_id", **help)
    run.same(run.ok(members.get, get()).user_id, "u1", "one of them")
    found, pages = run.pages(members.list, ListPublicMailboxMemberRequest, "items", page_size=3,
                             user_id_type="user_id", **help)
    run.same((len(found), pages), (4, 2), "members, paged")
    # public_mailbox-member/{create,batch_create,list}
    run.refused(members.create, add("nobody"), *UNKNOWN_USER)
    run.refused(members.create, add("u1", none), 404, 1234016)
    run.refused(members.list, make(ListPublicMailboxMemberRequest, **none), 404, 1234016)
    run.control("tenant/settings", {"mail": {"mailboxes_per_person": 1}})
    run.refused(members.create, add("u1", {"public_mailbox_id": at("archive")}), 400, 1234027)
    run.control("tenant/settings", {"mail": {}})
    delete = make(DeletePublicMailboxMemberRequest, member_id=one.member_id, **help)
    run.ok(members.delete, delete)
    ids = [m.member_id for m in found if m.user_id in ("u2", "u3")]
    body = BatchDeletePublicMailboxMemberRequestBody({"member_id_list": ids})
    run.ok(members.batch_delete, make(BatchDeletePublicMailboxMemberRequest, request_body=body, **help))
    # public_mailbox-member/{delete,get,batch_delete,clear}
    run.refused(members.delete, delete, 404, 1234040)
    run.refused(members.get, get(), 404, 1234040)
    run.refused(members.batch_delete, make(BatchDeletePublicMailboxMemberRequest, request_body=body, **help),
                404, 1234040)
    run.refused(members.clear, make(ClearPublicMailboxMemberRequest, **none), 404, 1234016)
    run.ok(members.clear, make(ClearPublicMailboxMemberRequest, **help))
    run.same(run.ok(members.list, make(ListPublicMailboxMemberRequest, **help)).items or [], [], "cleared")

    add = lambda address, box=help: make(CreatePublicMailboxAliasRequest, **box,
                                         request_body=EmailAlias({"email_alias": address}))
    got = run.ok(aliases.create, add(at("support"))).public_mailbox_alias
    run.same((got.primary_email, got.email_alias), (at("help"), at("support")), "an alias")
    got = run.ok(aliases.list, make(ListPublicMailboxAliasRequest, **help)).items
    run.same([a.email_alias for a in got], [at("support")], "aliases")
    # public_mailbox-alias/{create,delete}
    run.refused(aliases.create, add(at("support")), 409, 1235002)
    run.refused(aliases.create, add(at("team")), 409, 1234006)
    run.refused(aliases.create, add("x@elsewhere.example"), 404, 1234019)
    run.refused(aliases.create, add(at("x"), none), 404, 1234016)
    delete = make(DeletePublicMailboxAliasRequest, alias_id=at("support"), **help)
    run.ok(aliases.delete, delete)
    run.refused(aliases.delete, delete, 404, 1234012)

    def recycle(box, to=None):
        body = RemoveToRecycleBinPublicMailboxRequestBody({"to_mail_address": to} if to else {})
        return make(RemoveToRecycleBinPublicMailboxRequest, request_body=body, **box)

    purge = lambda box: make(DeletePublicMailboxRequest, **box)
    # public_mailbox/{remove_to_recycle_bin,delete}
    run.refused(api.remove_to_recycle_bin, recycle(help, at("none")), 400, 1230001)
    run.refused(api.remove_to_recycle_bin, recycle(none), 400, 1230001)
    run.ok(api.remove_to_recycle_bin, recycle(help, at("archive")))
    run.ok(api.remove_to_recycle_bin, recycle({"public_mailbox_id": at("careers")}))
    # public_mailbox/{get,create}: gone, and its address still taken
    run.refused(api.get, make(GetPublicMailboxRequest, **help), 404, 1234016)
    run.refused(api.create, create("help"), 409, 1234006)
    run.ok(api.delete, purge(help))
    run.refused(api.delete, purge(help), 400, 1230001)
    run.ok(api.create, create("help"))


def addresses(run):
    api = run.client.mail.v1.user

    def query(*addresses):
        return make(QueryUserRequest, request_body=QueryUserRequestBody({"email_list": list(addresses)}))

    run.ok(run.client.mail.v1.mailgroup_alias.create, make(
        CreateMailgroupAliasRequest, mailgroup_id=at("team"), request_body=EmailAlias({"email_alias": at("crew")})))
    asked = ["no address", "x@elsewhere.example", at("nobody"), at("u1"), at("archive"), at("careers"), at("team"),
             at("crew")]
    got = {u.email: (u.status, u.type) for u in run.ok(api.query, query(*asked)).user_list}
    # user/query: 1 malformed, 2 no such domain, 3 no such address, 4 in use, 5 in the recycle bin
    run.same([got[a][0] for a in asked], [1, 2, 3, 4, 4, 5, 4, 4], "statuses")
    # user/query: 1 a person, 3 a public mailbox, 5 a mail group, 6 the alias of one
    run.same([got[a][1] for a in asked[3:]], [1, 3, 3, 5, 6], "types")
    run.refused(api.query, query(), 400, 1230001)

    # The further addresses of a person.
    api = run.client.mail.v1.user_mailbox_alias
    add = lambda alias, owner=at("u1"): make(CreateUserMailboxAliasRequest, user_mailbox_id=owner,
                                             request_body=EmailAlias({"email_alias": alias}))
    got = run.ok(api.create, add(at("one"))).user_mailbox_alias
    run.same((got.primary_email, got.email_alias), (at("u1"), at("one")), "an alias of a person")
    got = run.ok(api.list, make(ListUserMailboxAliasRequest, user_mailbox_id=at("u1"))).items
    run.same([a.email_alias for a in got], [at("one")], "aliases of a person")
    # user_mailbox-alias/{create,list,delete-user_mailbox-alias}
    run.refused(api.create, add(at("team")), 409, 1234006)
    run.refused(api.create, add(at("crew")), 409, 1235002)
    run.refused(api.create, add(at("login")), 409, 1234033)
    run.refused(api.create, add("one@elsewhere.example"), 404, 1234019)
    run.refused(api.create, add(at("x"), at("nobody")), 404, 1235013)
    run.refused(api.list, make(ListUserMailboxAliasRequest, user_mailbox_id=at("nobody")), 404, 1235013)
    delete = make(DeleteUserMailboxAliasRequest, user_mailbox_id=at("u1"), alias_id=at("one"))
    run.ok(api.delete, delete)
    run.refused(api.delete, delete, 404, 1234012)
    # user_mailbox-alias/delete-user_mailbox: only from the recycle bin
    run.refused(run.client.mail.v1.user_mailbox.delete, make(DeleteUserMailboxRequest, user_mailbox_id=at("u1")),
                400, 1230001)
