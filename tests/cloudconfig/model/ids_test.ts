import { assert, assertEquals } from "@std/assert";
import { compile } from "../../../lib/cloudconfig/compile/compile.ts";
import type { Item } from "../../../lib/cloudconfig/model/item.ts";
import { osType } from "../../../lib/cloudconfig/model/ostype.ts";
import { type CloudConfig, parseCloudConfig } from "../../../lib/cloudconfig/read/schema.ts";
import { ConfigError } from "../../../lib/base/errors.ts";
import { FILES, keys } from "../every_key.ts";

/** Variants of a file: unchanged, and with each of its keys removed or given another value, if that is valid. */
function variants(file: unknown): readonly CloudConfig[] {
  const files = [
    file,
    ...[...keys(file)].map(([, , without]) => without),
    ...[...keys(file, "other")].map(([, , changed]) => changed),
    ...[...keys(file, ["other"])].map(([, , changed]) => changed),
    ...[...keys(file, "7")].map(([, , changed]) => changed),
  ];
  return files.flatMap((one) =>
    fitting(() => [parseCloudConfig("a.cfg", `#cloud-config\n${JSON.stringify(one)}\n`).cloudConfig])
  );
}

/** Returns what a function makes; nothing where it refuses. */
function fitting<T>(make: () => readonly T[]): readonly T[] {
  try {
    return make();
  } catch (error) {
    if (error instanceof ConfigError) return [];
    throw error;
  }
}

/** The effect of an item, without its messages. */
function deed({ script }: Item): string {
  return script.replaceAll(/^printf '%s\\n' \S+\n(?=lxops_later)|^echo 'lxops: not installed, .*$/gm, "")
    .trim();
}

Deno.test("items with one id do one thing, whatever changes in a file", () => {
  const counted = new Set<string>();
  const files = FILES.flatMap(variants);
  for (const os of ["debian", "alpine", "fedora", "opensuse"]) {
    for (const order of ["lxops", "cloud-init"] as const) {
      const scripts = new Map<string, string>();
      const seen = new Set<string>();
      for (const item of files.flatMap((file) => fitting(() => compile([file], osType(os)!, { order })))) {
        const whole = `${item.id} ${item.script}`;
        if (seen.has(whole)) continue;
        seen.add(whole);
        const known = scripts.get(item.id);
        if (known !== undefined) assertEquals(deed(item), known, `${item.title}, ${os}, ${order}`);
        scripts.set(item.id, deed(item));
        counted.add(item.id);
      }
    }
  }
  assert(counted.size > 300, `only ${counted.size} items`);
});

Deno.test("new lists of packages are read again when a source changes", () => {
  const idsOf = (line: string) => {
    const text = `#cloud-config\n${JSON.stringify({ apt: { sources_list: line } })}\n`;
    const { cloudConfig } = parseCloudConfig("a.cfg", text);
    return compile([cloudConfig], osType("debian")!, { order: "lxops" }).map(({ id }) => id);
  };
  const [before, after] = [idsOf("deb http://a x main"), idsOf("deb http://b x main")];
  assertEquals([before.length, after.length], [2, 2]);
  assertEquals(before.filter((id) => after.includes(id)), []);
});
