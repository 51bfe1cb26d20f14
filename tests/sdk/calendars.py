"""Calendars, who may do what with them, events and who is invited, free and busy."""

import uuid

import lark_oapi as lark
from lark_oapi.api.calendar.v4 import *

from harness import APP_ID, APP_SECRET, make
from services import consent, exchange

# calendar-event/introduction: 2026-09-04 10:00 to 11:00 in Shanghai.
START, END = "1788487200", "1788490800"
NO_CALENDAR = "feishu.cn_0123456789@group.calendar.feishu.cn"


def at(seconds, zone="Asia/Shanghai"):
    return {"timestamp": seconds, "timezone": zone}


def day(date):
    return {"date": date}


def names(run):
    """u1 to u3 have been there since the organisation was made; their open ids."""
    from lark_oapi.api.contact.v3 import GetUserRequest
    get = lambda id: run.ok(run.contact.user.get, make(GetUserRequest, user_id=id, user_id_type="user_id")).user.open_id
    return {id: get(id) for id in ("u1", "u2")}


def calendars(run):
    api = run.client.calendar.v4.calendar

    def create(**fields):
        return run.ok(api.create, make(CreateCalendarRequest, request_body=Calendar(fields))).calendar

    def patch(id, **fields):
        return make(PatchCalendarRequest, calendar_id=id, request_body=Calendar(fields))

    get = lambda id: make(GetCalendarRequest, calendar_id=id)
    made = create(summary="假期", description="d", permissions="public", color=-1, summary_alias="mark")
    got = run.ok(api.get, get(made.calendar_id))
    run.same((got.summary, got.permissions, got.type, got.role, got.summary_alias),
             ("假期", "public", "shared", "owner", "mark"), "a calendar as made")
    bare = create()
    run.same((bare.permissions, bare.color), ("show_only_free_busy", -14513409), "defaults")
    run.ok(api.patch, patch(made.calendar_id, summary="节假日"))
    run.same(run.ok(api.get, get(made.calendar_id)).description, "d", "a patch leaves the rest alone")
    listed = run.ok(api.list, make(ListCalendarRequest, page_size=50)).calendar_list
    run.same({made.calendar_id, bare.calendar_id} <= {c.calendar_id for c in listed}, True, "the app's list")
    mget = lambda *ids: make(MgetCalendarRequest, request_body=MgetCalendarRequestBody({"calendar_ids": list(ids)}))
    run.same(len(run.ok(api.mget, mget(made.calendar_id, bare.calendar_id)).calendars), 2, "mget")
    search = make(SearchCalendarRequest, request_body=SearchCalendarRequestBody({"query": "节假日"}))
    run.same([c.summary for c in run.ok(api.search, search).items], ["节假日"], "found by its title")
    own = run.ok(api.primary, make(PrimaryCalendarRequest, user_id_type="open_id")).calendars[0]
    run.same(own.calendar.type, "primary", "the app's own")
    run.ok(api.unsubscribe, make(UnsubscribeCalendarRequest, calendar_id=bare.calendar_id))
    run.ok(api.subscribe, make(SubscribeCalendarRequest, calendar_id=bare.calendar_id))

    # calendar/get, calendar/patch, calendar/delete
    run.refused(api.get, get(NO_CALENDAR), 404, 191000)
    run.refused(api.get, get("nothing"), 400, 191001)
    run.refused(api.patch, patch(made.calendar_id, summary=""), 400, 190014)
    run.refused(api.delete, make(DeleteCalendarRequest, calendar_id=own.calendar.calendar_id), 403, 191004)
    run.ok(api.delete, make(DeleteCalendarRequest, calendar_id=bare.calendar_id))
    run.refused(api.get, get(bare.calendar_id), 403, 191003)
    # calendar/list: a page has 50 calendars at least; calendar/mget: ten ids
    run.refused(api.list, make(ListCalendarRequest, page_size=10), 400, 190002)
    run.refused(api.mget, mget(*[made.calendar_id] * 11), 400, 198007)
    # calendar/unsubscribe
    run.refused(api.unsubscribe, make(UnsubscribeCalendarRequest, calendar_id=own.calendar.calendar_id), 400, 191008)


def access(run):
    api = run.client.calendar.v4
    ids = names(run)
    id = run.ok(api.calendar.create, make(CreateCalendarRequest, request_body=Calendar({"summary": "c"}))).calendar.calendar_id

    def entry(user, role):
        return make(CreateCalendarAclRequest, calendar_id=id, user_id_type="open_id", request_body=CalendarAcl(
            {"role": role, "scope": {"type": "user", "user_id": user}}))

    first = run.ok(api.calendar_acl.create, entry(ids["u1"], "reader"))
    again = run.ok(api.calendar_acl.create, entry(ids["u1"], "writer"))
    run.same((again.acl_id, again.role), (first.acl_id, "writer"), "the second entry replaces the first")
    acls = run.ok(api.calendar_acl.list, make(ListCalendarAclRequest, calendar_id=id, page_size=50)).acls
    run.same(sorted(a.role for a in acls), ["owner", "writer"], "the app and a person")
    remove = make(DeleteCalendarAclRequest, calendar_id=id, acl_id=first.acl_id)
    run.ok(api.calendar_acl.delete, remove)
    # calendar-acl/delete, calendar-acl/create
    run.refused(api.calendar_acl.delete, remove, 404, 192000)
    run.refused(api.calendar_acl.create, entry(ids["u1"], "unknown"), 400, 190002)
    run.refused(api.calendar_acl.list, make(ListCalendarAclRequest, calendar_id=id, page_size=51), 400, 190002)


def events(run):
    api = run.client.calendar.v4
    ids = names(run)
    id = run.ok(api.calendar.create, make(CreateCalendarRequest, request_body=Calendar({"summary": "e"}))).calendar.calendar_id

    def create(key=None, **fields):
        request = make(CreateCalendarEventRequest, calendar_id=id, request_body=CalendarEvent(
            {"need_notification": False, **fields}))
        if key:
            request.add_query("idempotency_key", key)
        return request

    def of(event, request_class, **fields):
        return make(request_class, calendar_id=id, event_id=event, **fields)

    hour = {"start_time": at(START), "end_time": at(END)}
    key = str(uuid.uuid4())
    made = run.ok(api.calendar_event.create, create(key, summary="全员大会", **hour)).event
    run.same(run.ok(api.calendar_event.create, create(key, summary="x", **hour)).event.event_id, made.event_id,
             "one key, one event")
    got = run.ok(api.calendar_event.get, of(made.event_id, GetCalendarEventRequest)).event
    run.same((got.summary, got.start_time.timestamp, got.start_time.timezone, got.event_organizer.display_name),
             ("全员大会", START, "Asia/Shanghai", "e"), "an event as made")
    holiday = run.ok(api.calendar_event.create, create(
        summary="国庆节", start_time=day("2026-10-01"), end_time=day("2026-10-07"), free_busy_status="free")).event
    run.same((holiday.start_time.date, holiday.end_time.date, holiday.start_time.timezone),
             ("2026-10-01", "2026-10-07", "UTC"), "whole days, the last one included")
    series = run.ok(api.calendar_event.create, create(
        summary="standup", start_time=at("1792155600", "America/New_York"), end_time=at("1792157400", "America/New_York"),
        recurrence="FREQ=WEEKLY;UNTIL=20261231T235959Z")).event
    span = {"start_time": "1792155600", "end_time": str(1792155600 + 5 * 604800)}
    unrolled = run.ok(api.calendar_event.instances, of(series.event_id, InstancesCalendarEventRequest, **span)).items
    run.same([int(i.start_time.timestamp) - 1792155600 for i in unrolled],
             [0, 604800, 1209600, 1814400 + 3600, 2419200 + 3600], "the clocks change in November")
    run.ok(api.calendar_event.delete, of(unrolled[1].event_id, DeleteCalendarEventRequest, need_notification="false"))
    items = run.ok(api.calendar_event.list, make(ListCalendarEventRequest, calendar_id=id, anchor_time="1")).items
    run.same(sorted(i.status for i in items), ["cancelled", "confirmed", "confirmed", "confirmed"], "a hole is told")
    patch = lambda event, **fields: of(event, PatchCalendarEventRequest, request_body=CalendarEvent(fields))
    run.ok(api.calendar_event.patch, patch(made.event_id, summary="", start_time=at("1788480000")))
    got = run.ok(api.calendar_event.get, of(made.event_id, GetCalendarEventRequest)).event
    run.same((got.summary, got.start_time.timestamp), ("全员大会", START), "empty and half of a time change nothing")
    view = make(InstanceViewCalendarEventRequest, calendar_id=id, start_time=START, end_time=END)
    run.same([i.summary for i in run.ok(api.calendar_event.instance_view, view).items], ["全员大会"], "what is on")
    search = make(SearchCalendarEventRequest, calendar_id=id, request_body=SearchCalendarEventRequestBody({
        "query": "大会", "filter": {"start_time": at(START), "end_time": at(END)}}))
    run.same(len(run.ok(api.calendar_event.search, search).items), 1, "found by its title")

    person = lambda user: {"type": "user", "user_id": user}
    add = of(made.event_id, CreateCalendarEventAttendeeRequest, user_id_type="open_id",
             request_body=CreateCalendarEventAttendeeRequestBody(
                 {"attendees": [person(ids["u1"]), person(ids["u2"])], "need_notification": False}))
    guests = run.ok(api.calendar_event_attendee.create, add).attendees
    run.same(sorted(g.user_id for g in guests), sorted(ids.values()), "two guests")
    busy = make(ListFreebusyRequest, user_id_type="open_id", request_body=ListFreebusyRequestBody(
        {"time_min": "2026-09-04T00:00:00+08:00", "time_max": "2026-09-05T00:00:00+08:00", "user_id": ids["u1"]}))
    run.same([b.start_time for b in run.ok(api.freebusy.list, busy).freebusy_list], ["2026-09-04T10:00:00+08:00"], "busy")
    gone = of(made.event_id, BatchDeleteCalendarEventAttendeeRequest, user_id_type="open_id",
              request_body=BatchDeleteCalendarEventAttendeeRequestBody(
                  {"delete_ids": [{"type": "user", "user_id": ids["u1"]}], "need_notification": False}))
    run.ok(api.calendar_event_attendee.batch_delete, gone)
    listed = run.ok(api.calendar_event_attendee.list, of(made.event_id, ListCalendarEventAttendeeRequest)).items
    run.same(sorted(g.rsvp_status for g in listed), ["needs_action", "removed"], "who was removed stays listed")

    # calendar-event/create, calendar-event/get, calendar-event/list, calendar-event-attendee/batch_delete
    run.refused(api.calendar_event.create, create(summary="x", start_time=at(END), end_time=at(START)), 400, 190014)
    run.refused(api.calendar_event.create, create(summary="x", recurrence="FREQ=DAILY;COUNT=3", **hour), 400, 190014)
    run.refused(api.calendar_event.get, of("nothing_0", GetCalendarEventRequest), 404, 193001)
    run.refused(api.calendar_event.get, of("nothing", GetCalendarEventRequest), 400, 193000)
    run.refused(api.calendar_event.list, make(ListCalendarEventRequest, calendar_id=id, page_size=10), 400, 190002)
    run.refused(api.calendar_event_attendee.batch_delete, gone, 404, 194000)
    # calendar-event/instance_view: less than 40 days
    long = make(InstanceViewCalendarEventRequest, calendar_id=id, start_time=START, end_time=str(int(START) + 41 * 86400))
    run.refused(api.calendar_event.instance_view, long, 400, 193103)
    run.ok(api.calendar_event.delete, of(made.event_id, DeleteCalendarEventRequest))
    run.refused(api.calendar_event.get, of(made.event_id, GetCalendarEventRequest), 403, 193003)


def around(run):
    """Leave, and what is for people only."""
    api = run.client.calendar.v4
    ids = names(run)
    leave = lambda **more: make(CreateTimeoffEventRequest, user_id_type="open_id", request_body=TimeoffEvent({
        "user_id": ids["u1"], "timezone": "Asia/Shanghai", "start_time": "2026-10-08", "end_time": "2026-10-09", **more}))
    made = run.ok(api.timeoff_event.create, leave())
    run.ok(api.timeoff_event.delete, make(DeleteTimeoffEventRequest, timeoff_event_id=made.timeoff_event_id))
    # timeoff_event/create: two days or two moments
    run.refused(api.timeoff_event.create, leave(end_time="1791417600"), 400, 190002)
    # setting/generate_caldav_conf, calendar/subscription, calendar-acl/subscription: in a person's name only
    scopes = "calendar:calendar calendar:calendar:readonly"
    _, token = exchange(run, consent(run, scopes))
    client = (
        lark.Client.builder().domain(run.base).app_id(APP_ID).app_secret(APP_SECRET)
        .enable_set_token(True).log_level(lark.LogLevel.ERROR).build()
    )
    person = lark.RequestOption.builder().user_access_token(token["access_token"]).build()
    mine = client.calendar.v4
    conf = make(GenerateCaldavConfSettingRequest, request_body=GenerateCaldavConfSettingRequestBody({"device_name": "x"}))
    run.same(run.ok(mine.setting.generate_caldav_conf, conf, person).device_name, "x", "credentials for a device")
    run.ok(mine.calendar.subscription, make(SubscriptionCalendarRequest), person)
    id = run.ok(api.calendar.create, make(CreateCalendarRequest, request_body=Calendar({"summary": "w"}))).calendar.calendar_id
    run.refused(mine.calendar_acl.subscription, make(SubscriptionCalendarAclRequest, calendar_id=id), 403, 191002, person)
    seen = run.ok(mine.calendar.get, make(GetCalendarRequest, calendar_id=id), person)
    run.same((seen.role, seen.summary_alias or ""), ("free_busy_reader", ""), "another identity sees another calendar")
