import { assertEquals } from "@std/assert";
import { bashText, splitLine } from "../../../lib/cli/completion/words.ts";

const BREAKS = "@><=;|&(:";

/** The words of a line before the cursor, the word at it, and what bash inserts for a value of that. */
function inserted(
  line: string,
  value: string,
): readonly [words: readonly string[], text: string, more: string] {
  const { words, current } = splitLine(line, BREAKS);
  return [words, current.text, bashText(value, current)];
}

const ROWS:
  readonly (readonly [line: string, value: string, words: readonly string[], text: string, more: string])[] =
    [
      ["lxops ", "start", ["lxops"], "", "start"],
      ["lxops st", "start", ["lxops"], "st", "start"],
      ["lxops  cp my", "my dir/", ["lxops", "cp"], "my", "my\\ dir/"],
      ["lxops cp my\\ d", "my dir/", ["lxops", "cp"], "my d", "my\\ dir/"],
      ['lxops cp "my d', 'my d"$x`\\', ["lxops", "cp"], "my d", 'my d\\"\\$x\\`\\\\'],
      ["lxops cp 'my d", "my d'$x", ["lxops", "cp"], "my d", "my d'\\''$x"],
      ['lxops cp a"b c"', "ab cd", ["lxops", "cp"], "ab c", "ab\\ cd"],
      ['lxops cp a"b c', "ab cd", ["lxops", "cp"], "ab c", "b cd"],
      // Bash keeps what stands before a break character.
      ["lxops shell far:w", "far:web", ["lxops", "shell"], "far:w", "web"],
      ["lxops shell far\\:w", "far:web", ["lxops", "shell"], "far:w", "far:web"],
      ["lxops --socket=/r", "--socket=/run/x", ["lxops"], "--socket=/r", "/run/x"],
      ["lxops cp ~/m", "~/my dir", ["lxops", "cp"], "~/m", "~/my\\ dir"],
      ["lxops cp ", "~x;$(rm *)\u00fc", ["lxops", "cp"], "", "\\~x\\;\\$\\(rm\\ \\*\\)\u00fc"],
    ];

for (const [line, value, ...expected] of ROWS) {
  Deno.test(`bash completes ${JSON.stringify(line)} to ${JSON.stringify(value)} in its own quoting`, () => {
    assertEquals(inserted(line, value), expected as unknown as ReturnType<typeof inserted>);
  });
}
