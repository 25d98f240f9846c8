"""The command completion: a shell's name in, the script that lets Tab complete our commands out."""

from __future__ import annotations

from gettext import gettext as _

import click

from nvbatch.cli.frame import DONE, Ask, Command, argument

SHELLS = ("bash", "zsh", "fish", "powershell")
VARIABLE = "_NVBATCH_COMPLETE"
# click knows no PowerShell: its own fish protocol (one «type,value\thelp» a line) serves here too.
_POWERSHELL = """Register-ArgumentCompleter -Native -CommandName nvbatch -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $env:_NVBATCH_COMPLETE = "fish_complete"
    $env:COMP_WORDS = $commandAst.ToString()
    $env:COMP_CWORD = $wordToComplete
    nvbatch | ForEach-Object {
        $value = ($_ -split ",", 2)[1]
        $name, $tip = $value -split "`t", 2
        if (-not $tip) { $tip = $name }
        [System.Management.Automation.CompletionResult]::new($name, $name, "ParameterValue", $tip)
    }
    Remove-Item Env:_NVBATCH_COMPLETE, Env:COMP_WORDS, Env:COMP_CWORD
}
"""
WHERE = {
    "bash": "nvbatch completion bash >> ~/.bashrc",
    "zsh": "nvbatch completion zsh >> ~/.zshrc",
    "fish": "nvbatch completion fish > ~/.config/fish/completions/nvbatch.fish",
    "powershell": "nvbatch completion powershell >> $PROFILE",
}


@click.command("completion", cls=Command, help="In đoạn lệnh để phím Tab tự điền tên lệnh, tùy chọn.")
@argument("shell", metavar="SHELL", type=click.Choice(SHELLS))
def completion(ask: Ask, shell: str) -> int:
    script = _script(click.get_current_context().find_root().command, shell)
    if ask.console.json:
        ask.console.give({"exit": DONE, "shell": shell, "script": script})
    else:
        click.echo(script, nl=False)
    if not ask.console.quiet:
        ask.console.warn(_("# Để dùng lâu dài: {how}").format(how=WHERE[shell]))
    return DONE


def _script(program: click.Command, shell: str) -> str:
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    if made is None:
        return _POWERSHELL
    return made(program, {}, "nvbatch", VARIABLE).source() + "\n"
