import { assertEquals } from "@std/assert";
import { type Secrecy, shownDifference } from "../../../lib/plan/changes/shown.ts";
import { loadConfig, type LoadOptions } from "../../../lib/config/load/load.ts";
import { directoryIo } from "../../config/directory/directory_io.ts";

const FILE = [
  "#lxops-v1",
  "image: x",
  "environment: {TZ: UTC, DB: 'db:${PW}'}",
  "config:",
  "  environment.DB: ${PW}",
  "  environment.URL: ${DB}",
  "  environment.ZONE: ${TZ}",
  "  limits.memory: ${MEM:-1GiB}",
  "devices:",
  "  gpu: {type: none, x: '${PW}'}",
  "",
].join("\n");

/** Loads a directory with a `.env` file, or without one. */
async function secrecy(env: string | undefined, given?: LoadOptions["given"]): Promise<Secrecy> {
  const loaded = await loadConfig(
    "/srv/a/lxops.yaml",
    directoryIo({
      "/srv/a/lxops.yaml": FILE,
      ...(env === undefined ? {} : { "/srv/a/.env": env }),
    }),
    {},
    { unchecked: true, collect: true, ...(given ? { given } : {}) },
  );
  const { directory } = loaded;
  return directory
    ? { loaded, settings: directory.settings, secretValues: directory.secretValues }
    : { loaded };
}

function shown(target: Secrecy, name: string, live: string | undefined, wanted: string | undefined) {
  const one = shownDifference(
    "config",
    {
      name,
      why: "file",
      ...(live === undefined ? {} : { live }),
      ...(wanted === undefined ? {} : { wanted }),
    },
    target,
  );
  return `${one.live} -> ${one.wanted}`;
}

Deno.test("an earlier secret is not shown either, whatever the value is now", async () => {
  for (const now of ["NEWPASSWORD", "on", "x", "''"]) {
    const target = await secrecy(`PW=${now}\n`);
    const value = now === "''" ? "" : now;
    assertEquals(shown(target, "environment.DB", "OLDPASSWORD", value), "*** -> ***");
    assertEquals(shown(target, "environment.URL", "db:OLDPASSWORD", `db:${value}`), "*** -> ***");
  }
});

Deno.test("an earlier secret is not shown after its setting is given elsewhere, or its key is gone", async () => {
  const given = { values: new Map([["PW", "given-now"]]), files: [] };
  assertEquals(
    shown(await secrecy(undefined, given), "environment.DB", "OLDPASSWORD", "given-now"),
    "*** -> ***",
  );
  const file = { values: new Map(), files: [{ file: "e", text: "PW=filevalue\n" }] };
  const target = await secrecy(undefined, file);
  assertEquals(shown(target, "environment.DB", "OLDPASSWORD", "filevalue"), "*** -> ***");
  assertEquals(shown(target, "environment.GONE", "OLDPASSWORD", undefined), "*** -> undefined");
  assertEquals(shown(target, "user.other", "OLDPASSWORD", "has filevalue"), "*** -> ***");
});

Deno.test("values that no secret setting has are shown", async () => {
  const target = await secrecy("PW=NEWPASSWORD\nDEBUG=true\n");
  assertEquals(shown(target, "environment.ZONE", "CET", "UTC"), "CET -> UTC");
  assertEquals(shown(target, "limits.memory", "1GiB", "2GiB"), "1GiB -> 2GiB");
  assertEquals(shown(target, "security.nesting", "false", "true"), "false -> true");
  assertEquals(shown(target, "user.lxops.hash", "a", undefined), "a -> undefined");
});

Deno.test("a device with a secret setting is not shown", async () => {
  const target = await secrecy("PW=NEWPASSWORD\n");
  const hide = (name: string, wanted: Readonly<Record<string, string>>) =>
    shownDifference("devices", { name, why: "file", wanted, live: { a: "OLDPASSWORD" } }, target);
  assertEquals(hide("gpu", { a: "" }), { name: "gpu", why: "file", wanted: "***", live: "***" });
  assertEquals(hide("other", { a: "NEWPASSWORD" }).live, "***");
  assertEquals(hide("other", { a: "b" }).live, { a: "OLDPASSWORD" });
});
