/**
 * Keys that cloud-init knows and lxops does not apply, with what is said about them.
 *
 * @module
 */

const NOT_APPLIED = "This key is not supported and is ignored";
const NOT_IN_CONTAINERS = "This key is ignored: it is for virtual machines and hosts, not for containers";
const NEEDS_CLOUD_INIT = "This key is ignored: it configures cloud-init itself, which lxops does without";

function all(keys: string, message: string): Record<string, string> {
  return Object.fromEntries(keys.split(" ").map((key) => [key, message]));
}

/** Messages by key. */
export const UNSUPPORTED: Readonly<Record<string, string>> = {
  ...all(
    "growpart resize_rootfs disk_setup fs_setup random_seed grub_dpkg grub-dpkg drivers",
    NOT_IN_CONTAINERS,
  ),
  ...all(
    "output vendor_data reporting merge_how merge_type cloud_init_modules cloud_config_modules",
    NEEDS_CLOUD_INIT,
  ),
  ...all("cloud_final_modules datasource datasource_list system_info disable_ec2_metadata", NEEDS_CLOUD_INIT),
  ...all(
    "ansible puppet chef salt_minion mcollective landscape ubuntu_pro ubuntu_advantage lxd fan",
    NOT_APPLIED,
  ),
  ...all("rsyslog wireguard phone_home byobu_by_default autoinstall rh_subscription spacewalk", NOT_APPLIED),
};
