"""Helpdesks, which want two credentials, and the logins that their writes need.

Statuses and codes of a refusal are those of the page named above it (helpdesk-v1/ when it has no other prefix).
"""

import base64
import hashlib
import json
import urllib.parse

import lark_oapi as lark
import lark_oapi.api.contact.v3 as contact
from lark_oapi.api.authen.v1 import GetUserInfoRequest
from lark_oapi.api.helpdesk.v1 import *

from harness import APP_ID, APP_SECRET, make

DESK = "6939771743531696147"
REDIRECT = "http://localhost/callback"
VERIFIER = "TxYmzM4PHLBlqm5NtnCmwxMH8mFlRWl_ipie3O0aVzo"


class Desk:
    """One desk, asked as the app or as a person."""

    def __init__(self, run):
        self.run = run
        self.client = (
            lark.Client.builder().domain(run.base).app_id(APP_ID).app_secret(APP_SECRET)
            .enable_set_token(True).log_level(lark.LogLevel.ERROR).build()
        )
        self.api = self.client.helpdesk.v1
        self.app = tenant_token(run)
        self.people = {}
        self.secret = run.act(action="helpdesk", helpdesk_id=DESK, owner="boss")["token"]

    def option(self, user=None):
        header = base64.b64encode(f"{DESK}:{self.secret}".encode()).decode()
        option = lark.RequestOption.builder().headers({"X-Lark-Helpdesk-Authorization": header})
        token = self.people.get(user)
        option = option.user_access_token(token) if token else option.tenant_access_token(self.app)
        return option.build()

    def ok(self, method, request, user=None):
        return self.run.ok(method, request, self.option(user))

    def raw(self, method, request, user=None):
        return self.run.raw(method, request, self.option(user))

    def refused(self, method, request, status, code, user=None):
        self.run.refused(method, request, status, code, self.option(user))


def tenant_token(run):
    request = (
        lark.BaseRequest.builder().http_method(lark.HttpMethod.POST)
        .uri("/open-apis/auth/v3/tenant_access_token/internal")
        .headers({"Content-Type": "application/json; charset=utf-8"})
        .body({"app_id": APP_ID, "app_secret": APP_SECRET}).build()
    )
    return answered(run, request)[1]["tenant_access_token"]


def answered(run, request):
    """Status and body of a request that the SDK has no method for."""
    answer = run.client.request(request)
    run.calls += 1
    return answer.raw.status_code, json.loads(answer.raw.content)


def token(run, **fields):
    """The token endpoint; a refusal is one when it says so."""
    body = {"client_id": APP_ID, "client_secret": APP_SECRET, **fields}
    request = (
        lark.BaseRequest.builder().http_method(lark.HttpMethod.POST).uri("/open-apis/authen/v2/oauth/token")
        .headers({"Content-Type": "application/json; charset=utf-8"}).body(body).build()
    )
    status, body = answered(run, request)
    run.refusals += status != 200
    return status, body


def consent(run, user, **more):
    """The person agrees on the authorisation page; gives the code that their browser takes back."""
    query = urllib.parse.urlencode({"client_id": APP_ID, "response_type": "code", "redirect_uri": REDIRECT,
                                    "scope": "helpdesk:all offline_access", "state": "s1", **more})
    answer = run.act(action="consent", user=user, url=f"{run.base}/open-apis/authen/v1/authorize?{query}")
    back = urllib.parse.parse_qs(urllib.parse.urlsplit(answer["location"]).query)
    run.same(back["state"], ["s1"], "the state comes back")
    return back["code"][0]


def logins(run):
    """Code with PKCE, refresh with rotation, the device flow, and what refuses each."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
    pkce = {"code_challenge": challenge, "code_challenge_method": "S256"}
    grant = {"grant_type": "authorization_code", "redirect_uri": REDIRECT}
    code = consent(run, "boss", **pkce)
    # authentication-management/access-token/get-user-access-token
    status, body = token(run, **grant, code=code, code_verifier=VERIFIER[::-1])
    run.same((status, body.get("code")), (400, 20049), "another verifier")
    code = consent(run, "boss", **pkce)
    status, first = token(run, **grant, code=code, code_verifier=VERIFIER)
    run.same((status, first.get("token_type")), (200, "Bearer"), "the right verifier")
    run.judge({"helpdesk:all", "offline_access"} <= set(first["scope"].split()), "the scopes that were asked for")

    renew = {"grant_type": "refresh_token"}
    status, second = token(run, **renew, refresh_token=first["refresh_token"])
    run.same(status, 200, "refreshed")
    run.judge(second["refresh_token"] != first["refresh_token"], "rotated")
    # authentication-management/access-token/refresh-user-access-token
    status, body = token(run, **renew, refresh_token="nonsense")
    run.same((status, body.get("code")), (400, 20026), "no refresh token")
    status, body = token(run, **renew, refresh_token=first["refresh_token"])
    run.same(status, 400, "an old refresh token")
    status, body = token(run, client_secret="wrong", **renew, refresh_token=second["refresh_token"])
    run.same((status, body.get("code")), (400, 20002), "a wrong secret")

    desk = Desk(run)
    desk.people["boss"] = second["access_token"]
    me = run.ok(desk.client.authen.v1.user_info.get, make(GetUserInfoRequest), desk.option("boss"))
    run.same(me.name, "boss", "who am I")

    # RFC 8628, as the official command line uses it
    form = {"Content-Type": "application/x-www-form-urlencoded",
            "Authorization": "Basic " + base64.b64encode(f"{APP_ID}:{APP_SECRET}".encode()).decode()}
    status, shown = post_form(run, "/oauth/v1/device_authorization", form,
                              client_id=APP_ID, scope="helpdesk:all offline_access")
    run.same(status, 200, "a code for a device")
    wait = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": shown["device_code"]}
    status, body = token(run, **wait)
    run.same((status, body.get("error")), (400, "authorization_pending"), "nobody has agreed yet")
    run.act(action="device_consent", user_code=shown["user_code"], user="u1")
    run.control("clock", {"step_ms": 10_000})
    status, body = token(run, **wait)
    run.same(status, 200, f"somebody has: {body.get('error')}")


def post_form(run, path, headers, **fields):
    import urllib.error
    import urllib.request
    request = urllib.request.Request(run.base + path, data=urllib.parse.urlencode(fields).encode(), headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            run.calls += 1
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def signed_in(run):
    """The desk with its owner, and somebody who is no agent there."""
    desk = Desk(run)
    for user in ("boss", "u1"):
        code = consent(run, user)
        _, body = token(run, grant_type="authorization_code", redirect_uri=REDIRECT, code=code)
        desk.people[user] = body["access_token"]
    return desk


def open_id(run, user):
    request = make(contact.GetUserRequest, user_id=user, user_id_type="user_id", department_id_type="department_id")
    return run.ok(run.contact.user.get, request).user.open_id


def bare(method, kind, body=None):
    """Skills, by a token that the SDK's own request would not send."""
    request = (
        lark.BaseRequest.builder().http_method(method).uri("/open-apis/helpdesk/v1/agent_skills").token_types({kind})
        .headers({"Content-Type": "application/json; charset=utf-8"})
    )
    return (request.body(body) if body else request).build()


def credentials(run):
    desk = signed_in(run)
    skills, read = desk.api.agent_skill.list, lambda: make(ListAgentSkillRequest)
    desk.ok(skills, read())
    # agent_skill/list: a read takes the app alone
    desk.refused(desk.client.request, bare(lark.HttpMethod.GET, lark.AccessTokenType.USER), 400, 99991668, "boss")
    # agent_skill/list: no second header
    run.refused(skills, read(), 401, 154001, lark.RequestOption.builder().tenant_access_token(desk.app).build())
    # ugDOyYjL4gjM24CO4IjN: a token that was made anew
    fresh = run.act(action="helpdesk", helpdesk_id=DESK, reset=True)["token"]
    desk.refused(skills, read(), 401, 154001)
    desk.secret = fresh
    desk.ok(skills, read())
    # agent_skill/create: a write takes a person alone, who has a role
    desk.refused(desk.client.request, bare(lark.HttpMethod.POST, lark.AccessTokenType.TENANT, {"name": "net"}), 400, 99991663)
    made = make(CreateAgentSkillRequest, request_body=CreateAgentSkillRequestBody({"name": "net"}))
    desk.refused(desk.api.agent_skill.create, made, 403, 154003, "u1")


def agents(run):
    desk = signed_in(run)
    api, one, skill = desk.api.agent_schedule, desk.api.agent_schedules, desk.api.agent_skill
    agent = open_id(run, "u1")
    rule = {"id": "12", "selected_operator": 8,
            "operand": json.dumps({"selected_departments": [{"id": "eng", "name": "?"}]})}
    made = desk.ok(skill.create, make(CreateAgentSkillRequest, request_body=CreateAgentSkillRequestBody(
        {"name": "network", "rules": [rule]})), "boss").agent_skill_id
    hours = [{"start_time": "9:00", "end_time": "24:00", "weekday": 10}]
    schedule = {"agent_id": agent, "schedule": hours, "agent_skill_ids": [made]}
    desk.ok(api.create, make(CreateAgentScheduleRequest, request_body=CreateAgentScheduleRequestBody(
        {"agent_schedules": [schedule]})), "boss")
    listed = desk.ok(api.list, make(ListAgentScheduleRequest, status=[1, 2, 3])).agent_schedules
    got = next(s for s in listed if s.agent.id == agent)
    run.same((got.schedule[0].start_time, got.schedule[0].end_time, got.schedule[0].weekday), ("09:00", "24:00", 10), "hours")
    run.judge(made in [s.id for s in got.agent_skills], "the skill at the schedule")
    # agent-schedules/list
    desk.refused(api.list, make(ListAgentScheduleRequest, status=[]), 400, 154000)
    got = desk.ok(skill.list, make(ListAgentSkillRequest)).agent_skills
    run.same([(s.name, s.rules) for s in got if not s.is_default], [("network", None)], "no rules in the list")
    run.same(next(s.agent_ids for s in got if s.id == made), [agent], "the agent at the skill")
    read = desk.raw(skill.get, make(GetAgentSkillRequest, agent_skill_id=made))["agent_skill"]
    run.same(read["rules"][0]["operand"]["selected_departments"][0]["id"], "eng", "an object, though text was written")
    catalogue = desk.ok(desk.api.agent_skill_rule.list, make(ListAgentSkillRuleRequest)).rules
    run.same([r.operator_options for r in catalogue if r.id in ("3", "12", "17")], [[5, 6], [7, 8], [2, 3]], "operators")
    change = lambda **fields: make(PatchAgentSkillRequest, agent_skill_id=made,
                                   request_body=PatchAgentSkillRequestBody({"agent_skill": fields}))
    desk.ok(skill.patch, change(name="networks", agent_ids=[]), "boss")
    read = desk.ok(one.get, make(GetAgentSchedulesRequest, agent_id=agent)).agent_schedule
    run.same([s.is_default for s in read.agent_skills], [True], "taken away from the side of the skill")
    # agent_skill/patch, agent_skill/delete
    desk.refused(skill.patch, change(name=""), 400, 154000, "boss")
    default = next(s.id for s in got if s.is_default)
    desk.refused(skill.delete, make(DeleteAgentSkillRequest, agent_skill_id=default), 400, 154000, "boss")
    desk.ok(one.patch, make(PatchAgentSchedulesRequest, agent_id=agent, request_body=PatchAgentSchedulesRequestBody(
        {"agent_schedule": {"schedule": []}})), "boss")
    desk.ok(desk.api.agent.patch, make(PatchAgentRequest, agent_id=agent, request_body=PatchAgentRequestBody({"status": 2})), "u1")
    away = desk.ok(api.list, make(ListAgentScheduleRequest, status=[2])).agent_schedules
    run.same([s.agent.id for s in away], [agent], "offline by hand")
    # agent/patch
    desk.refused(desk.api.agent.patch, make(PatchAgentRequest, agent_id=agent, request_body=PatchAgentRequestBody({"status": 3})),
                 400, 150001, "boss")
    emails = desk.raw(desk.api.agent.agent_email, make(AgentEmailAgentRequest))["agents"]
    run.same(list(emails), [agent], "a map by agent")
    desk.ok(one.delete, make(DeleteAgentSchedulesRequest, agent_id=agent), "boss")
    gone = desk.ok(api.list, make(ListAgentScheduleRequest, status=[4])).agent_schedules
    run.judge(agent in [s.agent.id for s in gone], "removed")
    desk.ok(skill.delete, make(DeleteAgentSkillRequest, agent_skill_id=made), "boss")
    desk.refused(skill.get, make(GetAgentSkillRequest, agent_skill_id=made), 400, 154000)


def knowledge(run):
    desk = signed_in(run)
    api, faq = desk.api.category, desk.api.faq
    create = lambda name, parent: make(CreateCategoryRequest, request_body=Category(
        {"name": name, "parent_id": parent, "language": "en_us"}))
    top = desk.ok(api.create, create("Hardware", "0"), "boss").category
    run.same((top.id, top.helpdesk_id, top.language), (top.category_id, DESK, "en_us"), "a category")
    leaf = desk.ok(api.create, create("Laptops", top.category_id), "boss").category
    # category/create, category/get
    desk.refused(api.create, create("Phones", "1"), 404, 154004, "boss")
    desk.refused(api.get, make(GetCategoryRequest, id="1"), 404, 154004)
    bare = desk.raw(api.get, make(GetCategoryRequest, id=leaf.category_id))
    run.same((bare["name"], "parent_id" in bare), ("Laptops", False), "without wrapper and parent")
    nested = desk.raw(api.list, make(ListCategoryRequest, lang="en_us"))["categories"]
    child = nested[0]["children"][0]
    run.same((child["id"], "category_id" in child), (leaf.category_id, False), "nested, with one id")

    nodes = [{"type": "text", "content": "Open the form."}, {"type": "text", "content": ""}]
    body = {"category_id": leaf.category_id, "question": "A new laptop?", "tags": ["laptop"],
            "answer_richtext": json.dumps(nodes)}
    made = desk.ok(faq.create, make(CreateFaqRequest, request_body=CreateFaqRequestBody({"faq": body})), "boss").faq
    run.same([c.name for c in made.categories], ["Hardware", "Laptops"], "the path, leaf last")
    run.same(made.answer, "Open the form.\n", "text follows from rich text")
    rich = {"question": "A new laptop?", "answer_richtext": nodes[:1]}
    desk.ok(faq.patch, make(PatchFaqRequest, id=made.faq_id, request_body=PatchFaqRequestBody({"faq": rich})), "boss")
    got = desk.ok(faq.get, make(GetFaqRequest, id=made.faq_id)).faq
    run.same((got.answer, got.tags, got.update_user.name), ("Open the form.", ["laptop"], "boss"), "changed")
    # faq/patch
    desk.refused(faq.patch, make(PatchFaqRequest, id=made.faq_id, request_body=PatchFaqRequestBody({"faq": {"question": "?"}})),
                 400, 154000, "boss")
    desk.refused(faq.patch, make(PatchFaqRequest, id="1", request_body=PatchFaqRequestBody({"faq": rich})), 404, 154004, "boss")
    picture = {"question": "A new laptop?", "answer_richtext": json.dumps([{"type": "img", "src": "https://a.cn/a.png"}]),
               "category_id": leaf.category_id}
    shown = desk.raw(faq.create, make(CreateFaqRequest, request_body=CreateFaqRequestBody({"faq": picture})), "boss")["faq"]
    key = shown["answer_richtext"][0]["key"]
    answer = faq.faq_image(make(FaqImageFaqRequest, id=shown["faq_id"], image_key=key), desk.option())
    run.calls += 1
    run.same((answer.code, answer.file.read(4)), (0, b"\x89PNG"), "a picture")

    for n in range(4):
        body = {"category_id": leaf.category_id, "question": f"Question {n}", "answer": "Yes."}
        desk.ok(faq.create, make(CreateFaqRequest, request_body=CreateFaqRequestBody({"faq": body})), "boss")
    found, token, pages = [], None, 0
    while True:
        request = make(ListFaqRequest, status="1", page_size=4, **({"page_token": token} if token else {}))
        data = desk.ok(faq.list, request)
        found, pages = found + data.items, pages + 1
        if not data.has_more:
            break
        token = data.page_token
    run.same((len(found), data.total, pages), (6, 6, 2), "paged")
    query = base64.b64encode("laptop".encode()).decode()
    data = desk.ok(faq.search, make(SearchFaqRequest, query=query, base64="true"))
    run.same((len(data.items), data.has_more, bool(data.page_token)), (2, False, True), "a token that leads nowhere")
    # faq/list, faq/delete, category/delete
    desk.refused(faq.list, make(ListFaqRequest, page_size=101), 400, 154000)
    desk.refused(api.delete, make(DeleteCategoryRequest, id=leaf.category_id), 400, 154000, "boss")
    for item in found:
        desk.ok(faq.delete, make(DeleteFaqRequest, id=item.faq_id), "boss")
    desk.refused(faq.delete, make(DeleteFaqRequest, id=found[0].faq_id), 404, 154004, "boss")
    run.same(desk.ok(faq.list, make(ListFaqRequest, status="0")).total, 6, "in the bin")
    desk.ok(api.patch, make(PatchCategoryRequest, id=leaf.category_id, request_body=Category({"parent_id": "0"})), "boss")
    for category in (top, leaf):
        desk.ok(api.delete, make(DeleteCategoryRequest, id=category.category_id), "boss")


def fields(run):
    desk = signed_in(run)
    api = desk.api.ticket_customized_field
    field = {"key_name": "asset", "display_name": "Asset", "position": "9", "field_type": "string", "description": "",
             "visible": True, "required": False}
    answer = api.create(make(CreateTicketCustomizedFieldRequest, request_body=TicketCustomizedField(field)), desk.option("boss"))
    run.calls += 1
    run.same(json.loads(answer.raw.content), {"code": 0, "msg": "success"}, "no id")
    # The SDK's model has no options: a plain body has them.
    options = {"children": [{"tag": "a", "display_name": "A", "children": [{"tag": "b", "display_name": "B"}]}]}
    tree = {**field, "key_name": "class", "field_type": "dropdown_nested", "dropdown_options": options}
    desk.ok(api.create, make(CreateTicketCustomizedFieldRequest, request_body=tree), "boss")
    listed = desk.raw(api.list, make(ListTicketCustomizedFieldRequest, page_size=2))
    run.same((len(listed["items"]), listed["has_more"], "page_token" in listed), (2, True, False), "another token")
    second = make(ListTicketCustomizedFieldRequest, page_size=2, page_token=listed["next_page_token"])
    items = listed["items"] + desk.raw(api.list, second)["items"]
    run.same([f["key_name"] for f in items], ["ticket_tags", "asset", "class"], "all of them")
    run.same([f["position"] for f in items], ["1", "2", "3"], "rows are the server's")
    run.same(items[2]["dropdown_options"], options, "the tree")
    id = items[1]["ticket_customized_field_id"]
    change = make(PatchTicketCustomizedFieldRequest, ticket_customized_field_id=id,
                  request_body=TicketCustomizedField({"display_name": "Asset number", "position": "1"}))
    desk.ok(api.patch, change, "boss")
    got = desk.raw(api.get, make(GetTicketCustomizedFieldRequest, ticket_customized_field_id=id))
    run.same((got["display_name"], got["position"], got["key_name"]), ("Asset number", "1", "asset"), "changed")
    overview = desk.raw(desk.api.ticket.customized_fields, make(CustomizedFieldsTicketRequest, visible_only=True))
    run.judge(all("dropdown_options" not in f for f in overview["ticket_customized_fields"]), "no options in the overview")
    run.judge(any(not f["editable"] for f in overview["ticket_customized_fields"]), "fields that the desk came with")
    # ticket_customized_field/create-ticket-customized-field, ticket_customized_field/delete
    deep = {"children": [{"tag": "a", "display_name": "A", "children": [{"tag": "b", "display_name": "B", "children": [
        {"tag": "c", "display_name": "C", "children": [{"tag": "d", "display_name": "D"}]}]}]}]}
    desk.refused(api.create, make(CreateTicketCustomizedFieldRequest, request_body={**tree, "dropdown_options": deep}),
                 400, 154000, "boss")
    for item in items:
        delete = make(DeleteTicketCustomizedFieldRequest, ticket_customized_field_id=item["ticket_customized_field_id"])
        if item["editable"]:
            desk.ok(api.delete, delete, "boss")
        else:
            desk.refused(api.delete, delete, 400, 154000, "boss")


def events(run):
    desk = signed_in(run)
    api = desk.api.event
    pair = {"type": "helpdesk.ticket_message", "subtype": "ticket_message.created_v1"}
    desk.ok(api.subscribe, make(SubscribeEventRequest, request_body=SubscribeEventRequestBody({"events": [pair]})))
    desk.ok(api.unsubscribe, make(UnsubscribeEventRequest, request_body=UnsubscribeEventRequestBody({"events": [pair]})))
    # event/subscribe
    wrong = {**pair, "type": "helpdesk.faq"}
    desk.refused(api.subscribe, make(SubscribeEventRequest, request_body=SubscribeEventRequestBody({"events": [wrong]})),
                 400, 154000)
