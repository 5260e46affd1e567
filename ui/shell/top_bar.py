"""The bar on top of the frame: where am I, the way to search, language, theme, who am I."""

from collections.abc import Sequence
from typing import Final

from nicegui import ui

from domain.actions.people.people import LANGUAGES, THEMES, SetPreferences, set_preferences
from domain.vocabulary import Permission
from ui.kit.elements import decorative_icon
from ui.kit.page import Context
from ui.server.sessions import DEMO_ROLES
from ui.shell.background_runs_menu import BackgroundRunsMenu
from ui.shell.notifications import NotificationBell
from ui.theme import dark

_THEME_ICONS: Final = {"auto": "brightness_auto", "light": "light_mode", "dark": "dark_mode"}


class Bar:
    """`search` and `help` are empty slots for what the bar holds in its middle and beside the bell.

    `bell` is None for who gets no notifications.
    """

    search: ui.element
    help: ui.element

    def __init__(self, context: Context, *, demo: bool) -> None:
        self._context, self._t, self._theme = context, context.t, context.visitor.theme
        self.bell: NotificationBell | None = None
        self._dark = ui.dark_mode(dark(self._theme))
        with ui.element("header").classes("bar").mark("bar"):
            self._trail = ui.element("nav").classes("bar__trail").props(f'aria-label="{self._t("frame.trail")}"')
            self.search = ui.element("div").classes("bar__search")
            with ui.element("div").classes("bar__tools"):
                if demo:
                    self._demo_roles()
                BackgroundRunsMenu(context)
                if context.visitor.may(Permission.SUBMIT):
                    self.bell = NotificationBell(context)
                self.help = ui.element("div")
                self._language_switch()
                self._theme_switch()
                self._who(demo=demo)

    def heading(self, name: str, trail: Sequence[tuple[str, str]] = ()) -> None:
        """Show where the person is, here and in the window's title."""
        ui.page_title(f"{name} · Consuntivo")
        self._trail.clear()
        with self._trail:
            for path, part in trail:
                ui.link(part, path).classes("clip")
                decorative_icon("chevron_right")
            ui.label(name).classes("bar__here clip").props("role=heading aria-level=1").mark("heading")

    def _demo_roles(self) -> None:
        with ui.element("div").classes("demo").mark("demo-roles"):
            ui.label(self._t("demo.as"))
            for role in DEMO_ROLES:
                with ui.element("form").props('method="post" action="/demo/switch"'):
                    ui.element("input").props(f'type="hidden" name="role" value="{role.value}"')
                    here = role is self._context.visitor.role
                    with ui.element("button").props(f'type="submit" aria-pressed={str(here).lower()}') as button:
                        ui.label(self._t(f"role.{role}"))
                    button.classes("demo__role" + (" demo__role--here" if here else "")).mark(f"demo-{role}")

    def _language_switch(self) -> None:
        language = self._context.visitor.language
        other = next(name for name in LANGUAGES if name != language)
        button = ui.button(language.upper(), on_click=lambda: self._prefer(other, self._theme, reload=True))
        button.props("flat").mark("language").tooltip(self._t(f"language.to_{other}"))
        button.props(f'aria-label="{self._t(f"language.to_{other}")}"')

    def _theme_switch(self) -> None:
        self._theme_button = ui.button(icon=_THEME_ICONS[self._theme], on_click=self._next_theme).props("flat").mark("theme")
        with self._theme_button:
            self._theme_tip = ui.tooltip()
        self._name_theme()

    def _name_theme(self) -> None:
        name = self._t(f"theme.{self._theme}")
        self._theme_button.props(f'aria-label="{name}"')
        self._theme_tip.set_text(name)

    async def _next_theme(self) -> None:
        self._theme = THEMES[(THEMES.index(self._theme) + 1) % len(THEMES)]
        self._dark.set_value(dark(self._theme))
        self._theme_button.set_icon(_THEME_ICONS[self._theme])
        self._name_theme()
        await self._prefer(self._context.visitor.language, self._theme)

    async def _prefer(self, language: str, theme: str, *, reload: bool = False) -> None:
        command = SetPreferences(language, theme)
        await self._context.act(lambda session, actor: set_preferences(session, command, actor=actor))
        if reload:
            ui.navigate.reload()

    def _who(self, *, demo: bool) -> None:
        role = self._t(f"role.{self._context.visitor.role}")
        with ui.button().props("flat").classes("who").mark("who"):
            decorative_icon("account_circle")
            ui.label(self._context.visitor.name).classes("who__name clip")
            if not demo:  # there the role stands beside it already
                ui.label(role).classes("who__role clip small")
            with ui.menu().props('anchor="bottom right" self="top right" :offset="[0, 6]" role=dialog') as menu:
                menu.props["aria-label"] = self._context.visitor.name
                with ui.element("div").classes("menu__head"):
                    ui.label(self._context.visitor.name).classes("strong")
                    ui.label(role).classes("muted small")
                self._sign_out()

    def _sign_out(self) -> None:
        form = ui.element("form").classes("plain").props('method="post" action="/logout"')
        with form, ui.element("button").props("type=submit").classes("menu__button").mark("sign-out"):
            decorative_icon("logout")
            ui.label(self._t("sign_out"))
