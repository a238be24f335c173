/** The example home has a rule that answers what a device publishes, and a page that shows it. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { until } from "../../../support/until.ts";
import type { Example, Running } from "./example.ts";

const PASSWORD = "it is long";

async function publish(
  { address }: Running,
  topic: string,
  value: string,
  password = PASSWORD,
): Promise<number> {
  const { code } = await new Deno.Command("/usr/bin/mosquitto_pub", {
    args: ["-h", address, "-u", "home", "-P", password, "-q", "1", "-r", "-t", topic, "-m", value],
    stderr: "null",
  }).output();
  return code;
}

/** Home automation over MQTT. */
export const home: Example = {
  name: "home",
  programs: ["/usr/bin/mosquitto_pub"],
  prepare: async ({ dir }) => {
    await Deno.writeTextFile(`${dir}/.env`, `PASSWORD='${PASSWORD}'\n`, { mode: 0o600 });
    return {};
  },
  ask: async (running) => {
    const page = async () => await (await fetch(`http://${running.address}:8123/`)).text();
    const has = (topic: string, value: string) => async () =>
      (await page()).includes(`<tr><td>${topic}<td>${value}\n`);
    if (running.round === 1) {
      assertEquals(await publish(running, "home/hall/motion", "on", "wrong") !== 0, true);
      assertEquals(await publish(running, "home/hall/motion", "on"), 0);
      assertEquals(await publish(running, "home/a", "<b>"), 0);
    }
    // The light is on by a rule; after a rebuild, by what is retained.
    await until(has("home/hall/light", "on"), 60_000);
    assertStringIncludes(await page(), "<tr><td>home/a<td>&lt;b&gt;\n");
    // A rule that is edited counts at once.
    await Deno.writeTextFile(`${running.dir}/conf/rules`, `home/day ${running.round} -> home/blind down\n`);
    assertEquals(await publish(running, "home/day", String(running.round)), 0);
    await until(has("home/blind", "down"), 60_000);
    assertEquals(await publish(running, "home/blind", "up"), 0);
    await until(has("home/blind", "up"), 60_000);
    return (await page()).replace(/<tr><td>home\/day.*\n/, "");
  },
};
