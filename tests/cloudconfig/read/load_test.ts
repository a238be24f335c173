import { assert, assertEquals } from "@std/assert";
import { compiler } from "../../../lib/cloudconfig/compile/compile.ts";
import { osType } from "../../../lib/cloudconfig/model/ostype.ts";
import { compilerFor, readCloudConfig } from "../../../lib/cloudconfig/read/load.ts";
import { appliedKeys, parseCloudConfig } from "../../../lib/cloudconfig/read/schema.ts";
import { isCommon } from "../../../lib/cloudconfig/sections/common.ts";
import { FILES } from "../every_key.ts";

const COMMON = appliedKeys.filter((key) => isCommon({ [key]: "" }));

Deno.test("readCloudConfig() and compilerFor() give the same for common keys as all sections do", async () => {
  assert(COMMON.length > 10, COMMON.join());
  const common = FILES.map((file) =>
    Object.fromEntries(Object.entries(file).filter(([key]) => COMMON.includes(key)))
  );
  for (const data of [...FILES, ...common]) {
    const text = `#cloud-config\n${JSON.stringify(data)}`;
    const [loaded, whole] = [await readCloudConfig("a.cfg", text), parseCloudConfig("a.cfg", text)];
    assertEquals(loaded.cloudConfig.values, whole.cloudConfig.values);
    assertEquals(loaded.warnings, whole.warnings);
    const compile = (by: typeof compiler) =>
      by.compile([loaded.cloudConfig], osType("debian")!, { order: "lxops" }).map((item) => ({ ...item }));
    assertEquals(compile(await compilerFor([loaded.cloudConfig])), compile(compiler));
  }
});

Deno.test("isCommon() finds files with any other key, known or not", () => {
  for (const key of appliedKeys) {
    if (!COMMON.includes(key)) assert(!isCommon({ runcmd: [], [key]: "" }), key);
  }
  for (const data of [{ runcmds: [] }, { toString: "" }, [], "text", null, undefined]) {
    assert(!isCommon(data), JSON.stringify(data));
  }
});
