"""Tenant, application, scopes, and a person's own token."""

import json
import urllib.parse

import lark_oapi as lark
from lark_oapi.api.application.v6 import *
from lark_oapi.api.authen.v1 import *
from lark_oapi.api.contact.v3 import (
    BatchUserRequest,
    GetUserRequest,
    SearchDepartmentRequest,
    SearchDepartmentRequestBody,
)
from lark_oapi.api.tenant.v2 import *

from harness import APP_ID, APP_SECRET, make

REDIRECT = "http://localhost/callback"


def tenant(run):
    got = run.ok(run.client.tenant.v2.tenant.query, make(QueryTenantRequest)).tenant
    run.judge(bool(got.name), "a tenant has a name")
    run.ok(run.client.tenant.v2.tenant_product_assign_info.query, make(QueryTenantProductAssignInfoRequest))
    scopes = run.ok(run.client.application.v6.scope.list, make(ListScopeRequest)).scopes
    granted = {s.scope_name for s in scopes if s.grant_status == 1}
    run.judge("contact:contact" in granted, "scopes with their grants")
    got = run.ok(run.client.application.v6.application.get,
                 make(GetApplicationRequest, app_id="me", lang="zh_cn", user_id_type="open_id")).app
    run.same(got.app_id, APP_ID, "the app itself")

    # Generic table (api-call-guide/ugjM14COyUjL4ITN): a scope that the app lacks.
    run.act(action="scopes", **{"except": ["contact:contact.base:readonly"]})
    run.refused(run.contact.user.batch, make(BatchUserRequest, user_ids=["u1"], user_id_type="user_id"),
                400, 99991672)
    run.act(action="scopes")


def user_token(run):
    """Consent, code, token, and reads in that person's name."""
    code = consent(run)
    if code is None:
        print("SKIP user token: /_sandbox/act cannot consent yet")
        return
    status, token = exchange(run, code)
    run.same((status, token.get("code"), token.get("token_type")), (200, 0, "Bearer"), "a token for the code")
    client = (
        lark.Client.builder().domain(run.base).app_id(APP_ID).app_secret(APP_SECRET)
        .enable_set_token(True).log_level(lark.LogLevel.ERROR).build()
    )
    option = lark.RequestOption.builder().user_access_token(token["access_token"]).build()
    me = run.ok(client.authen.v1.user_info.get, make(GetUserInfoRequest), option)
    run.same(me.name, "u1", "who am I")
    got = run.ok(client.contact.v3.user.get, make(GetUserRequest, user_id=me.open_id), option).user
    run.same(got.open_id, me.open_id, "a read in that person's name")
    body = SearchDepartmentRequestBody({"query": "sales"})
    found = run.ok(client.contact.v3.department.search,
                   make(SearchDepartmentRequest, department_id_type="department_id", request_body=body), option).items
    run.same([d.department_id for d in found], ["sales"], "a search that only people can make")
    # authentication-management/access-token/get-user-access-token
    status, token = exchange(run, code)
    run.refusals += 1
    run.same((status, token.get("code")), (400, 20065), "a used code")
    status, token = exchange(run, "nonsense")
    run.refusals += 1
    run.same((status, token.get("code")), (400, 20003), "an unknown code")


def exchange(run, code):
    """The documented endpoint, through the SDK's request for endpoints that it has no method for. Its own
    `access_token.retrieve_by_authorization_code` goes to /oauth/v3/token, which no page describes."""
    body = {"grant_type": "authorization_code", "client_id": APP_ID, "client_secret": APP_SECRET, "code": code,
            "redirect_uri": REDIRECT}
    request = (
        lark.BaseRequest.builder().http_method(lark.HttpMethod.POST).uri("/open-apis/authen/v2/oauth/token")
        .headers({"Content-Type": "application/json; charset=utf-8"}).body(body).build()
    )
    answer = run.client.request(request)
    run.calls += 1
    return answer.raw.status_code, json.loads(answer.raw.content)


def consent(run, scope="contact:contact.base:readonly contact:user.base:readonly contact:department.base:readonly"):
    """The person agrees on the authorisation page; gives the code that their browser takes back."""
    query = urllib.parse.urlencode({
        "client_id": APP_ID,
        "response_type": "code",
        "redirect_uri": REDIRECT,
        "scope": scope,
    })
    try:
        answer = run.act(action="consent", user="u1", url=f"{run.base}/open-apis/authen/v1/authorize?{query}")
    except RuntimeError as error:
        if "unknown variant" in str(error):
            return None
        raise
    return urllib.parse.parse_qs(urllib.parse.urlsplit(answer["location"]).query)["code"][0]


def credentials(run):
    """The wire answers 200 with a code to a wrong secret; the SDK turns it into an exception."""
    client = (
        lark.Client.builder().domain(run.base).app_id("cli_other").app_secret("wrong")
        .log_level(lark.LogLevel.CRITICAL).build()
    )
    try:
        client.tenant.v2.tenant.query(make(QueryTenantRequest))
        run.judge(False, "a wrong secret must not serve")
    except Exception as error:
        run.same(type(error).__name__, "ObtainAccessTokenException", "a wrong secret")
