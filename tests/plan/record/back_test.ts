import { assertEquals } from "@std/assert";
import { recordBack } from "../../../lib/plan/record/back.ts";
import {
  decodeRecord,
  encodeRecord,
  type InstanceRecord,
  RECORD_MARK,
} from "../../../lib/plan/record/record.ts";

const RECORD: InstanceRecord = {
  lxops: "1",
  image: "tiny",
  profiles: ["default", "a.lxops"],
  profileDevices: { eth0: "00000001" },
  keys: { "user.a": "00000001" },
  items: ["0123456789ab"],
};

const withRecord = (record: InstanceRecord) => ({ config: { [RECORD_MARK]: encodeRecord(record) } });

Deno.test("a spare that comes back has the record of common parts, and otherwise its own", () => {
  const present = {
    ...RECORD,
    image: "tiny2",
    profileDevices: { eth0: "00000002" },
    profileKeys: { "limits.cpu": "00000003" },
    keys: { "user.a": "00000004" },
    items: [],
  };
  const { [RECORD_MARK]: text } = recordBack(withRecord(RECORD), withRecord(present));
  assertEquals(decodeRecord(text), {
    ...RECORD,
    profileDevices: present.profileDevices,
    profileKeys: present.profileKeys,
  });
});

Deno.test("the record of a spare stays where it is the same, one has none, or their own profiles differ", () => {
  const other = { ...RECORD, profiles: ["default", "b"], profileDevices: {} };
  assertEquals(recordBack(withRecord(RECORD), withRecord({ ...RECORD, image: "tiny2" })), {});
  assertEquals(recordBack({ config: {} }, withRecord(RECORD)), {});
  assertEquals(recordBack(withRecord(RECORD), { config: {} }), {});
  assertEquals(recordBack(withRecord(RECORD), withRecord(other)), {});
});
