import { assertEquals } from "@std/assert";
import { entryOf, hashesOf, hashOf } from "../../../lib/plan/record/hashes.ts";
import {
  decodeRecord,
  encodeRecord,
  type InstanceRecord,
  RECORD_MARK,
} from "../../../lib/plan/record/record.ts";
import { recordRenamed } from "../../../lib/plan/record/renamed.ts";

const disk = (source: string) => ({ type: "disk", path: "/data", source });
const before = {
  profile: "a.lxops",
  wanted: { devices: { data: disk("/d/a/data"), more: disk("/m") }, config: { "limits.cpu": "2" } },
  live: { devices: { data: disk("/d/a/data"), more: disk("/n") }, config: { "limits.cpu": "2" } },
};
const after = {
  profile: "b.lxops",
  wanted: { devices: { data: disk("/d/b/data"), more: disk("/m") }, config: { "limits.cpu": "2" } },
  live: { devices: { data: disk("/d/b/data"), more: disk("/n") }, config: { "limits.cpu": "2" } },
};

function renamed(record: Partial<InstanceRecord>): InstanceRecord | undefined {
  const config = { [RECORD_MARK]: encodeRecord({ lxops: "1", ...record }) };
  return decodeRecord(recordRenamed({ config }, before, after)[RECORD_MARK]);
}

Deno.test("the record of a renamed instance has the new names of its profile and of its directories", () => {
  assertEquals(
    renamed({
      profiles: ["default", "a.lxops"],
      profileDevices: hashesOf(before.wanted.devices),
      profileKeys: hashesOf(before.wanted.config),
      items: ["x"],
    }),
    {
      lxops: "1",
      profiles: ["default", "b.lxops"],
      profileDevices: hashesOf(after.wanted.devices),
      profileKeys: hashesOf(after.wanted.config),
      items: ["x"],
    },
  );
});

Deno.test("earlier values of the file, and changes by hand that are kept, stay in the record of a renamed instance", () => {
  const entries = {
    data: entryOf(disk("/older"), before.live.devices.data),
    more: entryOf(before.wanted.devices.more, before.live.devices.more),
    gone: hashOf("x"),
  };
  assertEquals(renamed({ profiles: ["a.lxops"], profileDevices: entries })?.profileDevices, {
    ...entries,
    data: entryOf(disk("/older"), after.live.devices.data),
  });
});

Deno.test("an instance without a record, or with a record that would not change, gets none", () => {
  assertEquals(recordRenamed({ config: {} }, before, after), {});
  assertEquals(renamed({ profiles: ["other"] }), undefined);
});
