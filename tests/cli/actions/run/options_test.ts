import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { UsageError } from "../../../../lib/base/errors.ts";
import type { PathInfo } from "../../../../lib/ports/mod.ts";
import {
  cachesOf,
  checkCopies,
  copiesOf,
  keepOf,
  mountsOf,
  readinessOf,
  resourcesOf,
  sshOf,
} from "../../../../lib/cli/actions/run/options.ts";
import { durationOf } from "../../../../lib/cli/actions/run/time_limits.ts";

Deno.test("resourcesOf() reads limits as keys of the instance", () => {
  assertEquals(resourcesOf("cpu=2,memory=4GiB"), { "limits.cpu": "2", "limits.memory": "4GiB" });
  assertEquals(resourcesOf(""), {});
  for (const wrong of ["disk=1GiB", "cpu", "cpu=", "memory=1GiB,,"]) {
    assertThrows(() => resourcesOf(wrong), UsageError, "--limits");
  }
});

Deno.test("mountsOf() reads mounts as disk devices, relative to the working directory", () => {
  assertEquals(mountsOf(["src:/mnt:ro", "/a:/b"], "/home/x"), {
    mount0: { type: "disk", source: "/home/x/src", path: "/mnt", readonly: "true" },
    mount1: { type: "disk", source: "/a", path: "/b" },
  });
  for (const wrong of ["a", "a:b", "a:/b:rx", ":/b", "a:/b:ro:x"]) {
    assertThrows(() => mountsOf([wrong], "/"), UsageError, "--mount");
  }
});

Deno.test("readinessOf() reads what the program needs", () => {
  assertEquals(readinessOf("exec"), { until: ["exec"] });
  assertEquals(readinessOf("net,init"), { until: ["network", "init"] });
  assertEquals(readinessOf("dns:a.test"), { until: ["network"], resolves: "a.test" });
  for (const wrong of ["ready", "net:x", "dns:a b", "dns:$(x)"]) {
    assertThrows(() => readinessOf(wrong), UsageError, "--wait");
  }
});

Deno.test("durationOf() reads durations and seconds", () => {
  assertEquals(["90", "1m30s", "2h", ""].map((text) => durationOf("timeout", text)), [
    90,
    90,
    7200,
    undefined,
  ]);
  for (const wrong of ["0", "-1", "soon", "9999999h"]) {
    assertThrows(() => durationOf("timeout", wrong), UsageError, "--timeout");
  }
});

Deno.test("keepOf() reads when an instance is kept", () => {
  assertEquals(keepOf("on-failure"), "on-failure");
  assertThrows(() => keepOf("maybe"), UsageError, "--keep");
});

Deno.test("copiesOf() reads the copies into and out of an instance", () => {
  const copies = copiesOf(
    { "copy-in": ["a:/x"], "copy-out": ["/y:out/"], "max-size": 1, overwrite: false },
    "/w",
  );
  assertEquals(copies.map(({ direction, inside, outside }) => [direction, inside, outside]), [
    ["in", "/x", "/w/a"],
    ["out", "/y", "/w/out/"],
  ]);
  for (const wrong of ["a", "a:x", "a:/x:y", ":/x"]) {
    assertThrows(
      () => copiesOf({ "copy-in": [wrong], "copy-out": [], "max-size": 1, overwrite: false }, "/"),
      UsageError,
    );
  }
});

Deno.test("cachesOf() and sshOf() read caches and addresses", () => {
  assertEquals(cachesOf(["npm:/root/.npm"]), [{ name: "npm", path: "/root/.npm" }]);
  assertThrows(() => cachesOf(["../x:/y"]), UsageError, "--cache");
  assertEquals(sshOf("127.0.0.1:2222"), { ssh: { address: "127.0.0.1", port: 2222 } });
  assertEquals(sshOf("[::1]:22"), { ssh: { address: "::1", port: 22 } });
  for (const wrong of ["2222", "x:1", "127.0.0.1:0", "127.0.0.1:70000"]) {
    assertThrows(() => sshOf(wrong), UsageError, "--ssh-listen");
  }
});

Deno.test("checkCopies() refuses an existing directory before the program runs, as no copy replaces it", async () => {
  const kinds = { "/c": "directory", "/c/r": "directory", "/c/f": "file" } as const;
  const host = {
    lstat: (path: string) =>
      Promise.resolve(
        path in kinds
          ? { kind: kinds[path as keyof typeof kinds], mode: 0o755, size: 0 } as PathInfo
          : undefined,
      ),
  };
  const check = (to: string, from = "/r") => {
    const values = { "copy-in": [], "copy-out": [`${from}:${to}`], "max-size": 1, overwrite: true };
    return checkCopies(copiesOf(values, "/c"), host);
  };
  await assertRejects(() => check("/c"), UsageError, '"/c/r" is an existing directory');
  await assertRejects(() => check("/c/"), UsageError, '"/c/r" is an existing directory');
  await check("/c", "/f");
  await check("/c/new");
});
