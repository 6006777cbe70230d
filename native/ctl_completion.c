/* `archonctl completion SHELL`: the completion of docs/completion, which the assembler puts in. */
#include "ctl.h"

#include <string.h>
#include <unistd.h>

#ifndef COMPLETION_DIR
#define COMPLETION_DIR "docs/completion"
#endif

/* clang-format off */
#define TEXT(name, file)                                                     \
    extern const char completion_##name[], completion_##name##_end[];        \
    __asm__(".pushsection .rodata\n"                                         \
            ".globl completion_" #name "\ncompletion_" #name ":\n"           \
            ".incbin \"" COMPLETION_DIR "/" file "\"\n"                      \
            ".globl completion_" #name "_end\ncompletion_" #name "_end:\n"   \
            ".popsection\n")
/* clang-format on */

TEXT(bash, "archonctl.bash");
TEXT(zsh, "_archonctl");
TEXT(fish, "archonctl.fish");

static const char usage[] = "usage: archonctl completion bash|zsh|fish\n\n"
                            "Prints what lets that shell complete the words of archonctl, for\n"
                            "  bash   ~/.local/share/bash-completion/completions/archonctl\n"
                            "  zsh    _archonctl in a folder of $fpath\n"
                            "  fish   ~/.config/fish/completions/archonctl.fish\n";

/* The exit code. */
int completion(char **at)
{
    static const struct {
        const char *shell, *from, *to;
    } texts[] = {
        { "bash", completion_bash, completion_bash_end },
        { "zsh", completion_zsh, completion_zsh_end },
        { "fish", completion_fish, completion_fish_end },
        { "--help", usage, usage + sizeof usage - 1 },
    };
    struct bytes out = { 0 };
    for (size_t i = 0; at[0] && !at[1] && i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(texts[i].shell, at[0]) == 0) {
            bytes_add(&out, texts[i].from, (size_t)(texts[i].to - texts[i].from));
            return usage_give(&out, STDOUT_FILENO);
        }
    }
    complain(at[0] ? "there is a completion for bash, zsh and fish" : "a shell is missing");
    bytes_text(&out, "usage: archonctl completion bash|zsh|fish\n");
    usage_give(&out, STDERR_FILENO);
    return CTL_USAGE;
}
