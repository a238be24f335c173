/** Contents of files that differ: none of a file that not everybody may read, or that a link leads to. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { parseAnswer } from "../../../lib/plan/drift/answer.ts";
import { contentScript, fileDiffs } from "../../../lib/plan/drift/contents.ts";

for (const shell of [["dash"], ["busybox", "ash"], ["bash"]]) {
  Deno.test(`contentScript() tells only files that everybody may read and reach, in ${shell[0]}`, async () => {
    const root = await Deno.makeTempDir({ dir: "/var/tmp" });
    try {
      await Deno.chmod(root, 0o755);
      const make = async (name: string, mode = 0o644) => {
        await Deno.writeTextFile(`${root}/${name}`, `canary-${name}\n`);
        await Deno.chmod(`${root}/${name}`, mode);
      };
      await make("open");
      await make("closed", 0o640);
      await Deno.mkdir(`${root}/home`);
      await make("home/file");
      await Deno.chmod(`${root}/home`, 0o700);
      await Deno.symlink(`${root}/open`, `${root}/link`);
      const files = ["open", "closed", "home/file", "link", "none"].map((name) => ({
        path: `${root}/${name}`,
        content: new TextEncoder().encode("wanted\n"),
      }));
      const [program, ...more] = shell;
      const child = new Deno.Command(program!, {
        args: [...more, "-c", contentScript(files)],
        stdout: "piped",
      });
      const text = new TextDecoder().decode((await child.output()).stdout);
      const diffs = fileDiffs(files, parseAnswer(text, "web"), "web").map(({ diff }) => diff);
      assertStringIncludes(diffs[0]!, "-canary-open\n+wanted");
      const last = diffs.slice(1).map((diff) => diff.split("\n")[2]);
      const closed = "It is not shown: it is a link, or not everybody may read it";
      assertEquals(last, [closed, closed, closed, "It cannot be read"]);
      assertEquals(text.match(/content/g)?.length, 1);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  });
}
