"""Chats: their life, members, managers, who may speak, tabs, menus, announcements, pictures."""

import io
import json
import struct
import zlib

import lark_oapi.api.docx.v1 as docx
from lark_oapi.api.im.v1 import *

from harness import APP_ID, make

PEOPLE = {"member_id_type": "user_id"}
BOTS = {"member_id_type": "app_id"}
# Another app with a bot. Acts that name no app mean the first by id, which must stay the one under test.
HELPER = "cli_second"
# Generic table (api-call-guide/ugjM14COyUjL4ITN) and group/chat-member/create: an unknown user_id.
UNKNOWN_USER = (400, 99992360)
NO_CHAT = "oc_0123456789abcdef0123456789abcdef"


class Chat:
    """Requests about one chat; the id goes into the path of each."""

    def __init__(self, run, **body):
        self.run, self.api = run, run.client.im.v1
        query = {key: body.pop(key) for key in ("uuid", "set_bot_manager") if key in body}
        self.id = run.ok(self.api.chat.create, create(body, **query)).chat_id

    def req(self, request_class, **fields):
        return make(request_class, chat_id=self.id, **fields)

    def get(self):
        return self.run.raw(self.api.chat.get, self.req(GetChatRequest, user_id_type="user_id"))

    def update(self, **body):
        return self.req(UpdateChatRequest, user_id_type="user_id", request_body=UpdateChatRequestBody(body))

    def add(self, *ids, **query):
        body = CreateChatMembersRequestBody({"id_list": list(ids)})
        return self.req(CreateChatMembersRequest, request_body=body, **{**PEOPLE, **query})

    def remove(self, *ids, **query):
        body = DeleteChatMembersRequestBody({"id_list": list(ids)})
        return self.req(DeleteChatMembersRequest, request_body=body, **{**PEOPLE, **query})

    def members(self, **query):
        found, pages = self.run.pages(self.api.chat_members.get, GetChatMembersRequest, "items",
                                      chat_id=self.id, **{**PEOPLE, **query})
        return sorted(m.member_id for m in found), pages

    def delete(self):
        return self.req(DeleteChatRequest)


def create(body, **query):
    return make(CreateChatRequest, user_id_type="user_id", request_body=CreateChatRequestBody(body), **query)


def lifecycle(run):
    api = run.client.im.v1.chat
    run.act(action="app", app_id=HELPER, set={"name": "helper"})

    first = Chat(run, name="release train", description="weekly", uuid="train-1",
                 i18n_names={"en_us": "Release train", "zh_cn": "发布列车"})
    again = run.ok(api.create, create({"name": "release train"}, uuid="train-1"))
    run.same(again.chat_id, first.id, "one chat for one uuid")
    got = first.get()
    run.same((got["name"], got["i18n_names"]["zh_cn"], got["chat_mode"], got["chat_type"], got["chat_status"]),
             ("release train", "发布列车", "group", "private", "normal"), "get")
    run.judge("owner_id" not in got, "a bot that owns a chat is not named")
    run.same((got["user_count"], got["bot_count"]), ("0", "1"), "counts are texts")
    unnamed = Chat(run)
    run.judge("name" not in unnamed.get(), "a name that was never given is left out")
    town = Chat(run, name="town square", chat_type="public")

    run.ok(api.update, first.update(description="every Monday", at_all_permission="only_owner",
                                    add_member_permission="only_owner", share_card_permission="not_allowed"))
    got = first.get()
    run.same((got["name"], got["description"], got["at_all_permission"], got["add_member_permission"]),
             ("release train", "every Monday", "only_owner", "only_owner"), "updated, the rest as it was")
    found, pages = run.pages(api.list, ListChatRequest, "items", page_size=2)
    run.same(([c.chat_id for c in found], pages), ([first.id, unnamed.id, town.id], 2), "chats, paged, oldest first")
    got = run.ok(api.search, make(SearchChatRequest, query="town", page_size=10))
    run.same([c.name for c in got.items], ["town square"], "search")

    def link(chat, period):
        return chat.req(LinkChatRequest, request_body=LinkChatRequestBody({"validity_period": period}))

    got = run.ok(api.link, link(first, "permanently"))
    run.same((got.is_permanent, got.share_link.startswith("https://")), (True, True), "a link for ever")
    got = run.ok(api.link, link(first, "week"))
    run.same((got.is_permanent, got.expire_time.isdigit()), (False, True), "a link for a week")

    # group/chat/create
    run.refused(api.create, create({"name": "x", "chat_type": "public"}), 400, 232020)
    run.refused(api.create, create({"chat_type": "public"}), 400, 232042)
    run.refused(api.create, create({"user_id_list": ["nobody"]}), 400, 232043)
    run.refused(api.create, create({"owner_id": "nobody"}), 400, 232030)
    run.refused(api.create, create({"bot_id_list": ["cli_nobody"]}), 400, 232021)
    # group/chat/get-chat
    run.refused(api.get, make(GetChatRequest, chat_id=NO_CHAT), 400, 232006)
    # group/chat/update-chat
    run.refused(api.update, first.update(avatar="img_v2_made-up"), 400, 232041)
    run.refused(api.update, first.update(owner_id="u1"), 400, 232012)
    run.refused(api.update, first.update(name="town square", chat_type="public"), 400, 232026)
    # group/chat/update-chat: the two permissions must agree
    run.refused(api.update, first.update(share_card_permission="allowed"), 400, 232001)
    # group/chat/list, group/chat/search
    run.refused(api.list, make(ListChatRequest, page_token="nonsense"), 400, 232001)
    run.refused(api.search, make(SearchChatRequest, query="town", page_token="nonsense"), 400, 232001)
    # api-call-guide/ugjM14COyUjL4ITN: every one of the scopes that the page group/chat/link names is missing
    run.act(action="scopes", **{"except": ["im:chat", "im:chat:read", "im:chat:readonly"]})
    run.refused(api.link, link(first, "week"), 400, 99991672)
    run.act(action="scopes")

    for chat in (first, unnamed, town):
        run.ok(api.delete, chat.delete())
    # group/chat/delete, group/chat/update-chat, group/chat-member/get, group/chat/link
    run.refused(api.delete, first.delete(), 400, 232009)
    run.refused(api.update, first.update(name="again"), 400, 232009)
    run.refused(run.client.im.v1.chat_members.get, first.req(GetChatMembersRequest), 400, 232009)
    run.refused(api.link, link(first, "week"), 400, 232009)


def members(run):
    api = run.client.im.v1.chat_members
    chat = Chat(run, name="team", user_id_list=["u1", "u2"], bot_id_list=[HELPER])
    run.same(chat.members(page_size=100), (["u1", "u2"], 1), "people of a chat, without its bots")
    got = run.ok(api.create, chat.add("u3", "boss"))
    run.same((got.invalid_id_list, got.not_existed_id_list), ([], []), "added")
    got = run.ok(api.create, chat.add("two", "u4", "nobody", succeed_type=1))
    run.same(sorted(got.invalid_id_list + got.not_existed_id_list), ["nobody", "u4"], "added who could be")
    people, pages = chat.members(page_size=2)
    run.same(people, ["boss", "two", "u1", "u2", "u3"], "people, paged")
    run.judge(pages >= 3, "bots take places on the pages too")
    run.same(run.ok(api.is_in_chat, chat.req(IsInChatChatMembersRequest)).is_in_chat, True, "the bot is in")
    got = run.ok(api.delete, chat.remove("u3", "u4"))
    run.same(got.invalid_id_list, ["u4"], "removed who was in")
    run.ok(api.delete, chat.remove(HELPER, **BOTS))
    run.ok(api.create, chat.add(HELPER, **BOTS))
    run.same(chat.get()["bot_count"], "2", "bots are counted")

    # group/chat-member/create
    run.refused(api.create, chat.add("nobody"), *UNKNOWN_USER)
    run.refused(api.create, chat.add("u3", "nobody", succeed_type=2), 400, 232043)
    run.refused(api.create, chat.add(), 400, 232027)
    run.refused(api.create, chat.add(*[f"many{n}" for n in range(51)]), 400, 232001)
    run.refused(api.create, make(CreateChatMembersRequest, chat_id=NO_CHAT, **PEOPLE,
                                 request_body=CreateChatMembersRequestBody({"id_list": ["u1"]})), 400, 232006)
    run.act(action="unavailable", users=["u3"])
    run.refused(api.create, chat.add("u3"), 400, 232024)
    run.act(action="unavailable", users=[])
    # group/chat-member/delete
    run.refused(api.delete, chat.remove("u0"), 400, 232027)
    # group/chat-member/me_join: a private chat
    run.refused(api.me_join, chat.req(MeJoinChatMembersRequest), 400, 232008)

    hall = Chat(run, name="hall", chat_type="public", owner_id="u1")
    run.ok(api.delete, hall.remove(APP_ID, **BOTS))
    run.same(run.ok(api.is_in_chat, hall.req(IsInChatChatMembersRequest)).is_in_chat, False, "the bot left")
    run.judge("chat_mode" not in hall.get(), "from outside a part is seen")
    # group/chat-member/get, group/chat/update-chat
    run.refused(api.get, hall.req(GetChatMembersRequest), 400, 232011)
    run.refused(run.client.im.v1.chat.update, hall.update(name="ours"), 400, 232011)
    run.act(action="chat", chat=hall.id, settings={"membership_approval": "approval_required"})
    # group/chat-member/me_join
    run.refused(api.me_join, hall.req(MeJoinChatMembersRequest), 400, 232075)
    run.act(action="chat", chat=hall.id, settings={"membership_approval": "no_approval_required"})
    run.ok(api.me_join, hall.req(MeJoinChatMembersRequest))
    run.same(hall.get()["owner_id"], "u1", "from inside all of it")
    # group/chat-member/delete: the owner stays, and the bot made the chat
    run.refused(api.delete, hall.remove("u1"), 400, 232076)
    run.act(action="chat", chat=hall.id, settings={"membership_approval": "approval_required"})
    run.act(action="scopes", **{"except": ["im:chat:operate_as_owner"]})
    got = run.ok(api.create, hall.add("u2"))
    run.same(got.pending_approval_id_list, ["u2"], "somebody waits for approval")
    # group/chat-member/delete, group/chat/delete: a bot that is an ordinary member
    run.ok(run.client.im.v1.chat.update, hall.update(description="any member may"))
    run.refused(api.delete, hall.remove("u1"), 400, 232014)
    run.refused(run.client.im.v1.chat.delete, hall.delete(), 400, 232017)
    # group/chat/update-chat: what an ordinary member may not change
    run.refused(run.client.im.v1.chat.update, hall.update(chat_type="private"), 400, 232016)
    run.act(action="chat", chat=hall.id, settings={"edit_permission": "only_owner"})
    run.refused(run.client.im.v1.chat.update, hall.update(name="ours"), 400, 232002)
    run.act(action="scopes")


def managers(run):
    api, speech = run.client.im.v1.chat_managers, run.client.im.v1.chat_moderation
    chat = Chat(run, name="led", user_id_list=["u1", "u2", "u3"], bot_id_list=[HELPER])

    def add(*ids, **query):
        body = AddManagersChatManagersRequestBody({"manager_ids": list(ids)})
        return chat.req(AddManagersChatManagersRequest, request_body=body, **{**PEOPLE, **query})

    def delete(*ids, **query):
        body = DeleteManagersChatManagersRequestBody({"manager_ids": list(ids)})
        return chat.req(DeleteManagersChatManagersRequest, request_body=body, **{**PEOPLE, **query})

    def speak(**body):
        return chat.req(UpdateChatModerationRequest, user_id_type="user_id",
                        request_body=UpdateChatModerationRequestBody(body))

    got = run.ok(api.add_managers, add("u1", "u2"))
    run.same(sorted(got.chat_managers), ["u1", "u2"], "managers")
    got = run.ok(api.add_managers, add(HELPER, **BOTS))
    run.same(got.chat_bot_managers, [HELPER], "a bot that manages")
    got = run.ok(api.delete_managers, delete("u2"))
    run.same((got.chat_managers, got.chat_bot_managers), (["u1"], [HELPER]), "both lists as they are now")
    got = chat.get()
    run.same((got["user_manager_id_list"], got["bot_manager_id_list"]), (["u1"], [HELPER]), "and read")
    # group/chat-member/add_managers, group/chat-member/delete_managers
    run.refused(api.add_managers, add("u0"), 400, 232027)
    run.refused(api.delete_managers, delete("u3"), 400, 232027)
    run.refused(api.add_managers, add(), 400, 232027)

    run.ok(speech.update, speak(moderation_setting="moderator_list", moderator_added_list=["u1", "u2", "u3"]))
    run.ok(speech.update, speak(moderation_setting="moderator_list", moderator_removed_list=["u2"]))
    found, _ = run.pages(speech.get, GetChatModerationRequest, "items", chat_id=chat.id, user_id_type="user_id",
                         page_size=1)
    run.same(sorted(m.user_id for m in found), ["u1", "u3"], "who may speak, paged")
    run.same(chat.get()["moderation_permission"], "moderator_list", "the chat says so")
    # group/chat/update-chat-moderation
    run.refused(speech.update, speak(moderation_setting="moderator_list", moderator_added_list=["u2"],
                                     moderator_removed_list=["u2"]), 400, 232001)
    run.act(action="chat", chat=chat.id, meeting=True)
    run.refused(speech.update, speak(moderation_setting="only_owner"), 400, 232092)
    run.act(action="chat", chat=chat.id, meeting=False, banned=True)
    run.refused(speech.update, speak(moderation_setting="only_owner"), 400, 232060)
    run.act(action="chat", chat=chat.id, banned=False)
    run.ok(speech.update, speak(moderation_setting="all_members"))
    # group/chat/get-chat-moderation
    run.refused(speech.get, make(GetChatModerationRequest, chat_id=NO_CHAT), 400, 232006)

    # The bot gives the chat away and stays its manager. Managers are the owner's alone.
    run.ok(api.add_managers, add(APP_ID, **BOTS))
    run.ok(run.client.im.v1.chat.update, chat.update(owner_id="u1"))
    got = chat.get()
    run.same((got["owner_id"], got["owner_id_type"]), ("u1", "user_id"), "given away")
    run.judge(APP_ID in got["bot_manager_id_list"], "and the bot stayed its manager")
    # group/chat-member/add_managers, group/chat-member/delete_managers
    run.refused(api.add_managers, add("u3"), 400, 232038)
    run.refused(api.delete_managers, delete(HELPER, **BOTS), 400, 232038)


def tabs(run):
    api = run.client.im.v1.chat_tab
    chat = Chat(run, name="tabs", user_id_list=["u1"])

    def tab(kind, name, address, **more):
        return {"tab_type": kind, "tab_name": name, "tab_content": {kind: address}, **more}

    def add(*tabs):
        return chat.req(CreateChatTabRequest, request_body=CreateChatTabRequestBody({"chat_tabs": list(tabs)}))

    def update(*tabs):
        body = UpdateTabsChatTabRequestBody({"chat_tabs": list(tabs)})
        return chat.req(UpdateTabsChatTabRequest, request_body=body)

    def sort(ids):
        return chat.req(SortTabsChatTabRequest, request_body=SortTabsChatTabRequestBody({"tab_ids": ids}))

    def delete(*ids):
        body = DeleteTabsChatTabRequestBody({"tab_ids": list(ids)})
        return chat.req(DeleteTabsChatTabRequest, request_body=body)

    icon = upload(run, "message")
    url = tab("url", "Board", "https://www.feishu.cn", tab_config={"icon_key": icon, "is_built_in": True})
    made = run.ok(api.create, add(url, tab("doc", "Guide", "https://example.feishu.cn/docx/guide"))).chat_tabs
    board, guide = made[-2], made[-1]
    # group/chat-tab/create: the example's bare host comes back with a slash
    run.same((board.tab_name, board.tab_content.url, board.tab_config.icon_key),
             ("Board", "https://www.feishu.cn/", icon), "a tab")
    got = run.ok(api.update_tabs, update({"tab_id": board.tab_id, **tab("url", "Plan", "https://example.com/p")}))
    run.same(got.chat_tabs[-2].tab_name, "Plan", "updated")
    ids = [t.tab_id for t in got.chat_tabs]
    wanted = ids[:1] + ids[1:][::-1]
    run.same([t.tab_id for t in run.ok(api.sort_tabs, sort(wanted)).chat_tabs], wanted, "sorted")
    got = run.ok(api.list_tabs, chat.req(ListTabsChatTabRequest)).chat_tabs
    run.same([t.tab_id for t in got], wanted, "list")
    got = run.ok(api.delete_tabs, delete(guide.tab_id)).chat_tabs
    run.judge(guide.tab_id not in [t.tab_id for t in got], "deleted")

    # group/chat-tab/create
    run.refused(api.create, add(tab("url", "x" * 61, "https://example.com")), 400, 232047)
    run.refused(api.create, add(tab("url", "no scheme", "example.com")), 400, 232048)
    run.refused(api.create, add(tab("url", "icon", "https://example.com", tab_config={"icon_key": "img_v2_other"})),
                400, 232056)
    run.refused(api.create, add(*[tab("url", f"t{n}", "https://example.com") for n in range(20)]), 400, 232046)
    # group/chat-tab/update_tabs, group/chat-tab/delete_tabs: what the platform made
    run.refused(api.update_tabs, update({"tab_id": ids[0], **tab("url", "mine", "https://example.com")}), 400, 232049)
    run.refused(api.delete_tabs, delete(ids[0]), 400, 232049)
    # group/chat-tab/sort_tabs: every id must be there
    run.refused(api.sort_tabs, sort(wanted[:1]), 400, 232001)
    run.refused(api.list_tabs, make(ListTabsChatTabRequest, chat_id=NO_CHAT), 400, 232006)
    run.act(action="chat", chat=chat.id, mode="topic")
    # group/chat-tab/list_tabs
    run.refused(api.list_tabs, chat.req(ListTabsChatTabRequest), 400, 232050)
    run.act(action="chat", chat=chat.id, mode="group", owner="u1", surface_is_closed=True)
    # group/chat-tab/create, group/chat-menu_tree/create
    run.refused(api.create, add(url), 400, 232055)
    run.refused(run.client.im.v1.chat_menu_tree.create, menu(chat, entry("Home")), 400, 232055)


def entry(name, *below, **more):
    """An entry that leads somewhere, or that has others below it."""
    item = {"action_type": "NONE" if below else "REDIRECT_LINK", "name": name, **more}
    if not below:
        item["redirect_link"] = {"common_url": f"https://example.com/{name}"}
    return {"chat_menu_item": item, **({"children": list(below)} if below else {})}


def menu(chat, *tops):
    body = CreateChatMenuTreeRequestBody({"menu_tree": {"chat_menu_top_levels": list(tops)}})
    return chat.req(CreateChatMenuTreeRequest, request_body=body)


def menus(run):
    api, items, top = run.client.im.v1.chat_menu_tree, run.client.im.v1.chat_menu_item, run.client.im.v1.chat_top_notice
    chat = Chat(run, name="menu")

    def sort(*ids):
        body = SortChatMenuTreeRequestBody({"chat_menu_top_level_ids": list(ids)})
        return chat.req(SortChatMenuTreeRequest, request_body=body)

    def delete(*ids):
        body = DeleteChatMenuTreeRequestBody({"chat_menu_top_level_ids": list(ids)})
        return chat.req(DeleteChatMenuTreeRequest, request_body=body)

    def patch(id, fields, **item):
        body = PatchChatMenuItemRequestBody({"update_fields": fields, "chat_menu_item": item})
        return chat.req(PatchChatMenuItemRequest, menu_item_id=id, request_body=body)

    made = run.ok(api.create, menu(chat, entry("Home"), entry("Links", entry("CI"), entry("Wiki")))).menu_tree
    home, links = [t.chat_menu_top_level_id for t in made.chat_menu_top_levels]
    got = run.ok(items.patch, patch(home, ["NAME"], name="Start")).chat_menu_item
    run.same((got.name, got.redirect_link.common_url), ("Start", "https://example.com/Home"), "only the name")
    below = made.chat_menu_top_levels[1].children[0].chat_menu_second_level_id
    got = run.ok(items.patch, patch(below, ["REDIRECT_LINK"], redirect_link={"common_url": "https://example.com/b"}))
    run.same(got.chat_menu_item.redirect_link.common_url, "https://example.com/b", "an entry below another")
    got = run.ok(api.sort, sort(links, home)).menu_tree
    run.same([t.chat_menu_item.name for t in got.chat_menu_top_levels], ["Links", "Start"], "sorted")
    got = run.ok(api.get, chat.req(GetChatMenuTreeRequest)).menu_tree.chat_menu_top_levels
    run.same([[c.chat_menu_item.name for c in t.children or []] for t in got], [["CI", "Wiki"], []], "the tree")

    # group/chat-menu_tree/create
    run.refused(api.create, menu(chat, entry("a"), entry("b")), 400, 232070)
    run.refused(api.create, menu(chat, entry("many", *[entry(f"e{n}") for n in range(6)])), 400, 232071)
    run.refused(api.create, menu(chat, entry("icon", image_key="img_v2_other")), 400, 232056)
    run.refused(api.create, menu(chat, entry("x" * 121)), 400, 232078)
    # group/chat-menu_tree/sort
    run.refused(api.sort, sort(links), 400, 232072)
    # group/chat-menu_tree/patch: what an entry does never changes
    run.refused(items.patch, patch(home, ["NAME"], name="Start", action_type="NONE"), 400, 232078)
    # group/chat-menu_tree/delete
    run.refused(api.delete, delete("1"), 400, 232001)
    got = run.ok(api.delete, delete(links, home)).menu_tree
    run.same(got.chat_menu_top_levels or [], [], "deleted")
    run.act(action="chat", chat=chat.id, mode="topic")
    run.refused(api.create, menu(chat, entry("a")), 400, 232008)
    run.act(action="chat", chat=chat.id, mode="group")

    def pin(*notices):
        body = PutTopNoticeChatTopNoticeRequestBody({"chat_top_notice": list(notices)})
        return chat.req(PutTopNoticeChatTopNoticeRequest, request_body=body)

    run.ok(top.put_top_notice, pin({"action_type": "2"}))
    run.ok(top.delete_top_notice, chat.req(DeleteTopNoticeChatTopNoticeRequest))
    # group/chat/put_top_notice, group/chat/delete_top_notice
    run.refused(top.put_top_notice, pin(), 400, 232001)
    run.act(action="chat", chat=chat.id, owner="u1", top_notice_is_closed=True)
    run.refused(top.put_top_notice, pin({"action_type": "2"}), 400, 232014)
    run.ok(run.client.im.v1.chat.delete, chat.delete())
    run.refused(top.delete_top_notice, chat.req(DeleteTopNoticeChatTopNoticeRequest), 400, 232009)
    run.refused(api.create, menu(chat, entry("a")), 400, 232009)


def announcements(run):
    api, blocks = run.client.docx.v1.chat_announcement, run.client.docx.v1.chat_announcement_block
    below, old = run.client.docx.v1.chat_announcement_block_children, run.client.im.v1.chat_announcement
    chat = Chat(run, name="news", user_id_list=["u1"])

    def text(content, kind="text", number=2, **style):
        return {"block_type": number,
                kind: {"elements": [{"text_run": {"content": content, "text_element_style": style}}]}}

    def create(block, *children, **more):
        index = {"index": more.pop("index")} if "index" in more else {}
        body = docx.CreateChatAnnouncementBlockChildrenRequestBody({"children": list(children), **index})
        return chat.req(docx.CreateChatAnnouncementBlockChildrenRequest, block_id=block, request_body=body, **more)

    def update(*requests, **more):
        body = docx.BatchUpdateChatAnnouncementBlockRequestBody({"requests": list(requests)})
        return chat.req(docx.BatchUpdateChatAnnouncementBlockRequest, request_body=body, **more)

    def delete(start, end):
        body = docx.BatchDeleteChatAnnouncementBlockChildrenRequestBody({"start_index": start, "end_index": end})
        return chat.req(docx.BatchDeleteChatAnnouncementBlockChildrenRequest, block_id=chat.id, request_body=body)

    def words(block):
        return "".join(e.text_run.content for e in (block.text or block.heading1).elements)

    got = run.raw(api.get, chat.req(docx.GetChatAnnouncementRequest))
    run.same((got["announcement_type"], got["revision_id"]), ("docx", 1), "a new announcement")
    made = run.ok(below.create, create(chat.id, text("Rules", "heading1", 3), text("be kind", bold=True),
                                       client_token="c0f0a2e6-1111-4a4a-8f8f-000000000001"))
    run.same((made.revision_id, [words(b) for b in made.children]), (2, ["Rules", "be kind"]), "made")
    again = run.ok(below.create, create(chat.id, text("Rules", "heading1", 3), text("be kind", bold=True),
                                        client_token="c0f0a2e6-1111-4a4a-8f8f-000000000001"))
    run.same(again.revision_id, 2, "one edit for one client_token")
    run.ok(below.create, create(chat.id, text("last"), index=2))
    first, second = [b.block_id for b in made.children]
    elements = [{"text_run": {"content": "be kinder",
                              "text_element_style": {"link": {"url": "https%3A%2F%2Fexample.com%2F"}}}}]
    got = run.ok(blocks.batch_update, update({"block_id": second, "update_text_elements": {"elements": elements}}))
    run.same((got.revision_id, words(got.blocks[0])), (4, "be kinder"), "changed")
    found, pages = run.pages(blocks.list, docx.ListChatAnnouncementBlockRequest, "items", chat_id=chat.id, page_size=2)
    run.same((found[0].block_id, [words(b) for b in found[1:]], pages),
             (chat.id, ["Rules", "be kinder", "last"], 2), "all blocks, paged, the page first")
    got = run.ok(blocks.get, chat.req(docx.GetChatAnnouncementBlockRequest, block_id=first)).block
    run.same((words(got), got.parent_id), ("Rules", chat.id), "one block")
    got = run.ok(below.get, chat.req(docx.GetChatAnnouncementBlockChildrenRequest, block_id=chat.id))
    run.same(len(got.items), 3, "what is below the page")
    run.same(run.ok(below.batch_delete, delete(0, 2)).revision_id, 5, "deleted by places")

    # group/upgraded-group-announcement/chat-announcement-block/{create,batch_update,batch_delete,get-…}
    run.refused(below.create, create("doxcnnothing", text("x")), 404, 1770002)
    run.refused(below.create, create(chat.id, text("x"), index=9), 400, 1770001)
    run.refused(blocks.batch_update, update({"block_id": "doxcnnothing",
                                             "update_text_elements": {"elements": elements}}), 404, 1770002)
    run.refused(below.batch_delete, delete(0, 9), 400, 1770001)
    run.refused(blocks.get, chat.req(docx.GetChatAnnouncementBlockRequest, block_id="doxcnnothing"), 404, 1770002)
    # group/chat-announcement/{get,patch}: the other kind
    patch = lambda revision, *requests: chat.req(PatchChatAnnouncementRequest, request_body=(
        PatchChatAnnouncementRequestBody({"revision": revision, "requests": list(requests)})))
    run.refused(old.get, chat.req(GetChatAnnouncementRequest), 400, 232097)
    run.refused(old.patch, patch("1", "{}"), 400, 232097)
    run.act(action="scopes", **{"except": ["im:chat.announcement:read"]})
    # group/upgraded-group-announcement/chat-announcement/get: `im:chat` does not open it
    run.refused(api.get, chat.req(docx.GetChatAnnouncementRequest), 400, 99991672)
    run.act(action="scopes")
    run.act(action="chat", chat=chat.id, owner="u1", settings={"edit_permission": "only_owner"})
    run.act(action="scopes", **{"except": ["im:chat:operate_as_owner"]})
    run.refused(below.create, create(chat.id, text("x")), 400, 1772005)
    run.act(action="scopes")
    run.act(action="chat", chat=chat.id, remove_bots=[APP_ID])
    run.refused(api.get, chat.req(docx.GetChatAnnouncementRequest), 400, 1772003)

    chat = Chat(run, name="old news")
    run.act(action="chat", chat=chat.id, announcement="by hand", old=True)
    got = run.ok(old.get, chat.req(GetChatAnnouncementRequest))
    run.judge("by hand" in got.content, "the text of an old one")
    # The request of the page's own example.
    payload = {"blocks": [{"type": "paragraph", "paragraph": {"elements": [
        {"type": "textRun", "textRun": {"text": "Docs API Sample Content", "style": {}}}], "style": {}}}]}
    insert = json.dumps({"requestType": "InsertBlocksRequestType", "insertBlocksRequest": {
        "payload": json.dumps(payload), "location": {"zoneId": "0", "index": 0, "endOfZone": True}}})
    run.ok(old.patch, patch(got.revision, insert))
    got = run.ok(old.get, chat.req(GetChatAnnouncementRequest))
    run.judge("Docs API Sample Content" in got.content, "inserted")
    # group/chat-announcement/patch; group/upgraded-group-announcement/chat-announcement/list
    run.refused(old.patch, patch(got.revision, "no JSON"), 400, 232018)
    run.refused(blocks.list, chat.req(docx.ListChatAnnouncementBlockRequest), 400, 1772006)


def png(width, height):
    """A picture of one colour."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = zlib.compress((b"\0" + b"\x33\x66\x99" * width) * height)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", rows) + chunk(b"IEND", b""))


def picture(kind, content):
    body = CreateImageRequestBody.builder().image_type(kind).image(io.BytesIO(content)).build()
    return make(CreateImageRequest, request_body=body)


def upload(run, kind):
    return run.ok(run.client.im.v1.image.create, picture(kind, png(8, 8))).image_key


def pictures(run):
    api = run.client.im.v1.image
    key = upload(run, "avatar")
    run.judge(upload(run, "avatar") != key, "every upload has a key of its own")
    chat = Chat(run, name="picture", avatar=key)
    run.judge(key in chat.get()["avatar"], "a chat with its picture")
    icon = upload(run, "message")
    answer = api.get(make(GetImageRequest, image_key=icon))
    run.calls += 1
    run.same((answer.code, answer.file.read()), (0, png(8, 8)), "downloaded as it was")
    run.judge(bool(answer.get_log_id()), "an answer has a log id where the SDK looks for it")
    # group/chat/update-chat: a picture that was not uploaded as an avatar
    run.refused(run.client.im.v1.chat.update, chat.update(avatar=icon), 400, 232041)
    # im-v1/image/create
    run.refused(api.create, picture("message", b""), 400, 234010)
    run.refused(api.create, picture("message", b"no picture at all"), 400, 234011)
    run.refused(api.create, picture("avatar", png(4097, 1)), 400, 234039)
    # im-v1/image/get
    run.refused(api.get, make(GetImageRequest, image_key="img_v2_none"), 400, 234001)
    run.act(action="app", app_id=APP_ID, set={"bot": False})
    # im-v1/image/create, group/chat/create, group/upgraded-group-announcement/chat-announcement/get
    run.refused(api.create, picture("message", png(8, 8)), 400, 234007)
    run.refused(run.client.im.v1.chat.create, create({"name": "no bot"}), 400, 232025)
    run.refused(run.client.docx.v1.chat_announcement.get, chat.req(docx.GetChatAnnouncementRequest), 400, 1772025)
    run.act(action="app", app_id=APP_ID, set={"bot": True})
