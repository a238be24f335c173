import { assertEquals } from "@std/assert";
import { planContents, temporaryBody } from "../../../lib/plan/image/temporary.ts";
import { built } from "../../support/built_images.ts";

const ROOT = { type: "disk", path: "/", pool: "fast" };
const PROFILE = {
  ...{ name: "default", project: "p", description: "", usedBy: [] },
  config: { "boot.autostart": "true" },
  devices: { root: ROOT, data: { type: "disk", path: "/data", source: "/srv/data" } },
};
const OPTIONS = {
  ...{ project: "p", name: "run-1", run: "r1" },
  image: built("1", 1, { aliases: ["web"] }),
  profiles: [PROFILE],
};

Deno.test("temporaryBody() hides devices of the host, and marks the instance as that of its run", () => {
  const { config, devices } = temporaryBody(OPTIONS);
  assertEquals<unknown>(config, { "boot.autostart": "false", "user.lxops.run": "p/run-1 r1" });
  assertEquals<unknown>(devices, { data: { type: "none" } });
});

Deno.test("planContents() makes a backup of an instance, starts nothing, and removes the instance of its run only", () => {
  const { opens, closes } = planContents(OPTIONS, "slow");
  assertEquals(
    opens.steps.map(({ effect }) => effect.kind === "send" && `${effect.method} ${effect.path}`),
    ["POST /1.0/instances?project=p", "POST /1.0/instances/run-1/backups?project=p"],
  );
  assertEquals<unknown>(closes.steps.map(({ effect }) => effect), [
    { kind: "discard", instance: { project: "p", name: "run-1" }, mark: "p/run-1 r1" },
  ]);
});

Deno.test("planContents() puts the root disk into a pool only where the profiles have none", () => {
  const devicesWith = (devices: typeof PROFILE.devices | Record<string, never>) => {
    const { opens } = planContents({ ...OPTIONS, profiles: [{ ...PROFILE, devices }] }, "slow");
    const [{ effect } = { effect: undefined }] = opens.steps;
    return effect?.kind === "send" ? (effect.body as { readonly devices: unknown }).devices : undefined;
  };
  assertEquals(devicesWith(PROFILE.devices), { data: { type: "none" } });
  assertEquals(devicesWith({}), { root: { type: "disk", path: "/", pool: "slow" } });
});
