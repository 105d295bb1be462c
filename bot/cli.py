"""`python -m bot …`: demo, serve, say, evaluate, staff, wechat."""

from __future__ import annotations

import argparse
import sys

from bot.model.rights import ROLES
from bot.settings import SettingsError, read_settings, require_account


def main(argv: list[str] | None = None) -> int:
    """Run one command; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("demo", help="everything, with a simulated WeChat platform")
    serve = commands.add_parser("serve", help="production: all processes, or one")
    serve.add_argument("--only", choices=("gateway", "assistant", "actions", "worker"))
    serve.add_argument("--demo", action="store_true", help=argparse.SUPPRESS)
    say = commands.add_parser("say", help="send one message to the running instance")
    say.add_argument("text")
    say.add_argument("--user", default="say-user")
    evaluate = commands.add_parser("evaluate", help="measure the understanding on a file")
    evaluate.add_argument("file", nargs="?", help="labelled questions, one JSON object a line")
    evaluate.add_argument("--midform", metavar="FILE", help="messages in the middle of the form")
    evaluate.add_argument("--booking", metavar="FILE", help="messages about booking an expert")
    evaluate.add_argument("--json", action="store_true")
    evaluate.add_argument("--compare", metavar="MODEL", help="a second model on the same file")
    _add_staff_commands(commands.add_parser("staff", help="accounts of the desk"))
    wechat = commands.add_parser("wechat", help="set up a real account")
    wechat.add_argument("action", choices=("check", "menu", "qrcode"))
    options = parser.parse_args(argv)
    try:
        return _run(options)
    except SettingsError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2


def _add_staff_commands(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("list", help="all accounts")
    add = actions.add_parser("add", help="a new account; its password is shown once")
    add.add_argument("login")
    add.add_argument("--name", required=True, help="as colleagues and users see it")
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument("--station", metavar="SCENE", help="of knowledge/stations.yml; none: all")
    add.add_argument("--skill", action="append", default=[], metavar="CATEGORY")
    add.add_argument("--organisation", type=int, metavar="ID", help="for role organisation")
    for action, about in (
        ("reset-password", "a new password, shown once; ends the person's sessions"),
        ("reset-totp", "two-step sign-in off, for who lost the telephone"),
        ("deactivate", "may no longer sign in; out at once"),
        ("activate", "may sign in again"),
    ):
        actions.add_parser(action, help=about).add_argument("login")


def _run(options: argparse.Namespace) -> int:
    if options.command == "evaluate":
        if options.midform:
            from bot.measure_form import main as measure_form

            return measure_form(options.midform, options.json)
        if options.booking:
            from bot.measure_booking import main as measure_booking

            return measure_booking(options.booking, options.json)
        if not options.file:
            print("Error: name a file of questions, --midform or --booking FILE", file=sys.stderr)
            return 2
        from nlu.evaluate import main as evaluate

        return evaluate(options.file, options.json, options.compare)
    if options.command in ("demo", "serve"):
        return _serve(options)
    if options.command == "say":
        from bot.say import say

        # The demo's credentials fill what is not set: `say` talks to a running demo by default.
        return say(read_settings(demo=True), options.text, options.user)
    if options.command == "staff":
        from bot.staff_admin import run_staff_command

        return run_staff_command(read_settings(), options)
    from bot.account import run_account_command

    settings = read_settings()
    require_account(settings)
    return run_account_command(settings, options.action)


def _serve(options: argparse.Namespace) -> int:
    demo = options.command == "demo" or options.demo
    settings = read_settings(demo=demo)
    require_account(settings)
    if options.command == "serve" and options.only:
        from bot.processes import run_one

        return run_one(settings, options.only)
    from bot.processes import run_all

    return run_all(settings)
