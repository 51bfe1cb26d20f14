"""Levels, rooms, who may book them and when, screens, reserved meetings."""

import json
import time

import lark_oapi as lark
from lark_oapi.api.vc.v1 import *
from lark_oapi.api.contact.v3 import GetDepartmentRequest

from harness import APP_ID, APP_SECRET, make
from organisation import CUSTOM
from services import consent, exchange

BY = {"user_id_type": "user_id"}


def levels(run):
    api = run.client.vc.v1.room_level

    def create(name, parent, **more):
        return make(CreateRoomLevelRequest, request_body=RoomLevel({"name": name, "parent_id": parent, **more}))

    get = lambda id: make(GetRoomLevelRequest, room_level_id=id)
    root = run.ok(api.get, get("0")).room_level.room_level_id
    run.judge(root.startswith("omb_"), "the alias of the tenant")
    tower = run.ok(api.create, create("tower", root, custom_group_id="T")).room_level
    run.same((tower.path, tower.has_child, tower.custom_group_id), ([], False, "T"), "a level right below the tenant")
    floors = [run.ok(api.create, create(f"{n}F", tower.room_level_id, custom_group_id=f"T-{n}")).room_level
              for n in range(1, 6)]
    found, pages = run.pages(api.list, ListRoomLevelRequest, "items", room_level_id=tower.room_level_id, page_size=2)
    run.same((sorted(f.name for f in found), pages), (["1F", "2F", "3F", "4F", "5F"], 3), "floors, paged")
    run.same([l.name for l in run.ok(api.list, make(ListRoomLevelRequest)).items], ["tower"], "the top of the tree")
    ids = run.ok(api.search, make(SearchRoomLevelRequest, custom_level_ids="T-2,T-4,none")).level_ids
    run.same(sorted(ids), sorted(f.room_level_id for f in floors if f.name in ("2F", "4F")), "by custom ids")
    body = MgetRoomLevelRequestBody({"level_ids": ids})
    got = run.ok(api.mget, make(MgetRoomLevelRequest, request_body=body)).items
    run.same(sorted(l.custom_group_id for l in got), ["T-2", "T-4"], "many at once")
    floor = floors[4]
    body = RoomLevel({"name": "roof", "parent_id": root})
    run.ok(api.patch, make(PatchRoomLevelRequest, room_level_id=floor.room_level_id, request_body=body))
    got = run.ok(api.get, get(floor.room_level_id)).room_level
    run.same((got.name, got.parent_id, got.custom_group_id), ("roof", root, "T-5"), "moved, its custom id kept")
    # vc-v1/room_level/patch: name and parent belong to every patch
    run.refused(api.patch, make(PatchRoomLevelRequest, room_level_id=floor.room_level_id,
                                request_body=RoomLevel({"name": "attic"})), 400, 121003)
    # vc-v1/room_level/del
    gone = lambda id: make(DelRoomLevelRequest, request_body=DelRoomLevelRequestBody(
        {"room_level_id": id, "delete_child": False}))
    run.refused(getattr(api, "del_"), gone(tower.room_level_id), 404, 125001)
    run.ok(getattr(api, "del_"), gone(floor.room_level_id))
    run.refused(getattr(api, "del_"), gone(floor.room_level_id), 404, 121004)
    # vc-v1/room_level/create
    run.refused(api.create, create("nowhere", "omb_none"), 404, 121004)


def floor_of(run, name):
    api = run.client.vc.v1.room_level
    id = run.ok(api.search, make(SearchRoomLevelRequest, custom_level_ids=name)).level_ids
    return id[0]


def rooms(run):
    api = run.client.vc.v1.room
    floor, other = floor_of(run, "T-1"), floor_of(run, "T-2")

    def create(name, **more):
        body = {"name": name, "capacity": 4, "room_level_id": floor, **more}
        return make(CreateRoomRequest, request_body=Room(body), **BY)

    def patch(id, **fields):
        return make(PatchRoomRequest, room_id=id, request_body=Room(fields), **BY)

    get = lambda id: make(GetRoomRequest, room_id=id, **BY)
    river = run.ok(api.create, create("river", custom_room_id="R-1", description="a view",
                                      device=[{"name": "phone"}, {"name": "screen"}])).room
    run.judge(river.room_id.startswith("omm_") and river.display_id.startswith("FM"), "ids of the server's own")
    run.same(river.path[-1], floor, "its place")
    lake = run.ok(api.create, create("lake")).room
    run.ok(api.create, create("pond"))
    # The numbers that the SDK types, where the page has texts.
    soon = int(time.time()) + 86400
    closed = {"status": False, "disable_start_time": soon, "disable_end_time": soon + 3600,
                         "disable_reason": "paint", "contact_ids": ["u1"], "disable_notice": True}
    run.ok(api.patch, patch(lake.room_id, capacity=6, room_status=closed))
    got = run.ok(api.get, get(lake.room_id)).room
    run.same((got.name, got.capacity), ("lake", 6), "patched, the rest as it was")
    status = got.room_status
    run.same((status.status, status.schedule_status, str(status.disable_end_time), status.contact_ids),
             (True, False, str(soon + 3600), ["u1"]), "a closure that is to come")
    run.ok(api.patch, patch(lake.room_id, room_level_id=other))
    run.same(run.ok(api.get, get(lake.room_id)).room.path[-1], other, "moved")
    found, pages = run.pages(api.list, ListRoomRequest, "rooms", page_size=2, **BY)
    run.same((sorted(r.name for r in found), pages), (["lake", "pond", "river"], 2), "rooms of all levels, paged")
    here = run.ok(api.list, make(ListRoomRequest, room_level_id=floor)).rooms
    run.same(sorted(r.name for r in here), ["pond", "river"], "rooms of a level")
    body = MgetRoomRequestBody({"room_ids": [lake.room_id, river.room_id]})
    got = run.ok(api.mget, make(MgetRoomRequest, request_body=body)).items
    run.same(sorted(sorted(d.name for d in r.device or []) for r in got), [[], ["phone", "screen"]], "many at once")
    # vc-v1/room/create
    run.refused(api.create, create("again", custom_room_id="R-1"), 400, 121003)
    run.refused(api.create, create("nowhere", room_level_id="omb_none"), 404, 121004)
    # vc-v1/room/search takes a person's token alone
    search = make(SearchRoomRequest, request_body=SearchRoomRequestBody({"custom_room_ids": ["R-1"]}), **BY)
    code = consent(run)
    if code is not None:
        _, token = exchange(run, code)
        client = (lark.Client.builder().domain(run.base).app_id(APP_ID).app_secret(APP_SECRET)
                  .enable_set_token(True).log_level(lark.LogLevel.ERROR).build())
        option = lark.RequestOption.builder().user_access_token(token["access_token"]).build()
        # Consent was for contacts only.
        run.refused(client.vc.v1.room.search, search, 400, 99991679, option)
    run.ok(api.delete, make(DeleteRoomRequest, room_id=lake.room_id))
    run.refused(api.get, get(lake.room_id), 404, 121004)


def room_rules(run):
    vc = run.client.vc.v1
    found = run.ok(vc.room.list, make(ListRoomRequest)).rooms
    room = next(r.room_id for r in found if r.name == "river")
    floor = floor_of(run, "T-1")
    eng = run.ok(run.contact.department.get, make(GetDepartmentRequest, department_id="eng", **CUSTOM))
    eng = eng.department.open_department_id
    read = make(ReserveScopeReserveConfigRequest, scope_id=room, scope_type="2", **BY)
    default = run.raw(vc.reserve_config.reserve_scope, read)
    run.same((default["time_config"]["max_duration"], default["reserve_scope_config"]["allow_all_users"]), (2, 1),
             "what nobody set")

    def patch(**blocks):
        body = PatchReserveConfigRequestBody({"scope_type": "2", **blocks})
        return make(PatchReserveConfigRequest, reserve_config_id=room, request_body=body, **BY)

    run.ok(vc.reserve_config.patch, patch(
        time_config={"time_switch": 1, "start_time": "28830", "max_duration": 4},
        approval_config={"approval_switch": 1, "approval_condition": 1, "meeting_duration": 2.499,
                                        "approvers": [{"user_id": "u1"}]},
        reserve_scope_config={"allow_all_users": 0, "allow_users": [{"user_id": "u2"}],
                                                 "allow_depts": [{"department_id": eng}]}))
    got = run.raw(vc.reserve_config.reserve_scope, read)
    run.same((got["time_config"]["start_time"], got["time_config"]["end_time"]), ("28860", "86400"), "rounded, filled")
    run.same((got["approve_config"]["meeting_duration"], got["approve_config"]["approvers"]),
             (2.5, [{"user_id": "u1"}]), "under another name, rounded")
    run.same(got["reserve_scope_config"]["allow_depts"], [{"department_id": eng}], "departments by open ids")
    # vc-v1/scope_config/patch-reserve_config
    run.refused(vc.reserve_config.patch, patch(reserve_scope_config={"allow_all_users": 0}), 400, 121003)
    run.refused(vc.reserve_config.patch, patch(reserve_scope_config={"allow_all_users": 0, "allow_users": [{"user_id": "nobody"}]}), 400, 126013)

    admin, inform, form = vc.reserve_config_admin, vc.reserve_config_disable_inform, vc.reserve_config_form
    body = PatchReserveConfigAdminRequestBody({"scope_type": 2, "reserve_admin_config": {"users": [{"user_id": "u1"}], "depts": []}})
    run.ok(admin.patch, make(PatchReserveConfigAdminRequest, reserve_config_id=room, request_body=body, **BY))
    got = run.raw(admin.get, make(GetReserveConfigAdminRequest, reserve_config_id=room, scope_type=2, **BY))
    run.same(got["reserve_admin_config"]["users"], [{"user_id": "u1"}], "admins")
    body = PatchReserveConfigDisableInformRequestBody({"scope_type": 1, "disable_inform": {"if_inform": True, "informed_users": [{"user_id": "u2"}], "if_cover_child_scope": True}})
    run.ok(inform.patch, make(PatchReserveConfigDisableInformRequest, reserve_config_id=floor, request_body=body, **BY))
    got = run.raw(inform.get, make(GetReserveConfigDisableInformRequest, reserve_config_id=room, scope_type=2, **BY))
    run.same(got["disable_inform"]["informed_users"], [{"user_id": "u2"}], "written over the rooms of the floor")
    # vc-v1/scope_config/get-reserve_config-form
    read = make(GetReserveConfigFormRequest, reserve_config_id=room, scope_type=2, **BY)
    run.refused(form.get, read, 400, 126002)
    run.act(action="room_form", node=room, questions=["Catering?"])
    body = PatchReserveConfigFormRequestBody({"scope_type": 2, "reserve_form_config": {"reserve_form": True, "notified_users": [{"user_id": "u1"}], "notified_time": 3, "time_unit": 3}})
    run.ok(form.patch, make(PatchReserveConfigFormRequest, reserve_config_id=room, request_body=body, **BY))
    got = run.raw(form.get, read)["reserve_form_config"]
    run.same((got["reserve_form"], got["notified_time"], got["time_unit"]), (True, 3, 3), "the form is on")

    def screens(scope_type, id, config):
        body = ScopeConfig({"scope_type": scope_type, "scope_id": id, "scope_config": config})
        return make(CreateScopeConfigRequest, request_body=body, **BY)

    run.ok(vc.scope_config.create, screens(1, floor, {"room_background": "https://a.example/1.png"}))
    run.ok(vc.scope_config.create, screens(2, room, {"display_background": "https://a.example/2.png"}))
    got = run.ok(vc.scope_config.get, make(GetScopeConfigRequest, scope_type=2, scope_id=room, **BY))
    now = got.current_config.scope_config
    run.same((now.room_background, now.display_background),
             ("https://a.example/1.png", "https://a.example/2.png"), "the nearest value of each")
    # vc-v1/scope_config/create
    run.refused(vc.scope_config.create, screens(1, room, {}), 400, 121003)


def reserves(run):
    api = run.client.vc.v1.reserve
    end = str(int(time.time()) + 7200)
    body = ApplyReserveRequestBody({"end_time": end, "owner_id": "u1",
                                    "meeting_settings": {"topic": "review"}})
    made = run.ok(api.apply, make(ApplyReserveRequest, request_body=body, **BY)).reserve
    got = run.ok(api.get, make(GetReserveRequest, reserve_id=made.id, **BY)).reserve
    run.same((got.meeting_settings.topic, got.reserve_user_id), ("review", "u1"), "a reserved meeting")
    body = UpdateReserveRequestBody({"meeting_settings": {"topic": "retrospective"}})
    run.ok(api.update, make(UpdateReserveRequest, reserve_id=made.id, request_body=body, **BY))
    run.ok(api.delete, make(DeleteReserveRequest, reserve_id=made.id))
    # vc-v1/reserve/get
    run.refused(api.get, make(GetReserveRequest, reserve_id=made.id, **BY), 404, 121004)


def buildings(run):
    """The old API has no method in the SDK: its request for endpoints that it does not know."""
    def ask(method, path, body=None):
        builder = lark.BaseRequest.builder().http_method(method).uri(f"/open-apis/meeting_room/{path}")
        builder = builder.token_types({lark.AccessTokenType.TENANT})
        if body is not None:
            builder = builder.headers({"Content-Type": "application/json; charset=utf-8"}).body(body)
        answer = run.client.request(builder.build())
        run.calls += 1
        return json.loads(answer.raw.content)

    post, get = lark.HttpMethod.POST, lark.HttpMethod.GET
    made = ask(post, "building/create", {"name": "old campus", "floors": ["F1", "F2"], "country_id": "1814991",
                                         "district_id": "1796236", "custom_building_id": "OC"})
    run.same(made["code"], 0, f"a building: {made}")
    id = made["data"]["building_id"]
    room = ask(post, "room/create", {"building_id": id, "floor": "F2", "name": "shed", "capacity": 3,
                                     "is_disabled": False, "custom_room_id": "OC-1"})["data"]["room_id"]
    level = run.ok(run.client.vc.v1.room_level.get, make(GetRoomLevelRequest, room_level_id=id)).room_level
    run.same((level.name, level.custom_group_id), ("old campus", "OC"), "a building is a level")
    new = run.ok(run.client.vc.v1.room.get, make(GetRoomRequest, room_id=room)).room
    run.same(new.custom_room_id, "OC-1", "one room under both APIs")
    listed = ask(get, f"room/list?building_id={id}")["data"]["rooms"]
    run.same([(r["name"], r["floor_name"], r["is_disabled"]) for r in listed], [("shed", "F2", False)], "rooms of a building")
    found = ask(get, "room/batch_get_id?custom_room_ids=OC-1&custom_room_ids=none")["data"]["rooms"]
    run.same(found, [{"room_id": room, "custom_room_id": "OC-1"}], "a room by its custom id")
    run.same(ask(post, "building/delete", {"building_id": id})["code"], 10003, "a building with a room in it")
