/** Settings that `up --take live` left as the instance has them, and commands that write its own profile. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../../fakes/memory_app.ts";
import { noControls } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";
import { entryOf, hashesOf } from "../../../../lib/plan/record/hashes.ts";
import { encodeRecord } from "../../../../lib/plan/record/record.ts";

/** Runs a command about an instance whose profile has other limits than its file, one of which the user keeps. */
async function ran(command: readonly string[], kept: boolean) {
  const record = encodeRecord({
    lxops: "1",
    profileKeys: {
      ...hashesOf({ "limits.cpu": "1" }),
      ...(kept ? { "limits.memory": entryOf("1GiB", "2GiB") } : {}),
    },
  });
  const world = worldOf({
    instances: [{
      name: "web",
      profiles: ["default", "web.lxops"],
      config: { "user.lxops.image": "tiny", "user.lxops.record": record },
    }],
    profiles: [{ name: "default" }, {
      name: "web.lxops",
      config: { "limits.memory": "2GiB", "limits.cpu": "2", "user.lxops.keys": "limits.cpu,limits.memory" },
    }],
    images: [{ aliases: ["tiny"], fingerprint: "f1" }],
  });
  return await run([...command, "--dry-run", "web.yaml"], {
    world,
    files: { "/c/web.yaml": '#lxops-v1\nimage: tiny\nconfig: {limits.memory: 1GiB, limits.cpu: "1"}\n' },
    controls: noControls,
  });
}

const NOTE = '"web" keeps what it was left at by "lxops up --take live": key "limits.memory"';

for (const command of [["profile", "apply"], ["create-profile"]]) {
  Deno.test(`${command.join(" ")} leaves what the user keeps, and says so`, async () => {
    const kept = await ran(command, true);
    assertEquals(kept.code, 0, kept.stderr);
    assertStringIncludes(kept.stdout, '"limits.memory":"2GiB"');
    assertStringIncludes(kept.stdout, '"limits.cpu":"1"');
    assertStringIncludes(kept.stdout + kept.stderr, NOTE);
    const none = await ran(command, false);
    assertStringIncludes(none.stdout, '"limits.memory":"1GiB"');
    assertEquals((none.stdout + none.stderr).includes("--take live"), false);
  });
}
