/**
 * The keys of cloud-init that lxops does not apply, with a message about each.
 *
 * @module
 */

const NOT_APPLIED = "This key is not supported and is ignored";
const NOT_IN_CONTAINERS = "This key is ignored: it is for virtual machines and hosts, not for containers";
const NEEDS_CLOUD_INIT = "This key is ignored: it configures cloud-init itself, which lxops does not use";
const NO_REBOOT =
  "This key is not supported and is ignored; power_state with a condition restarts an instance";
const OLD_APT = 'This key of older versions is ignored; use its successor below "apt"';

function all(keys: string, message: string): Record<string, string> {
  return Object.fromEntries(keys.split(" ").map((key) => [key, message]));
}

/** The messages by key. */
export const UNSUPPORTED: Readonly<Record<string, string>> = {
  ...all(
    "growpart resize_rootfs disk_setup fs_setup random_seed grub_dpkg grub-dpkg drivers rpi",
    NOT_IN_CONTAINERS,
  ),
  ...all(
    "output vendor_data reporting updates migrate launch-index cloud_init_modules cloud_config_modules",
    NEEDS_CLOUD_INIT,
  ),
  ...all("cloud_final_modules datasource datasource_list system_info disable_ec2_metadata", NEEDS_CLOUD_INIT),
  ...all(
    "ansible puppet chef salt_minion mcollective landscape ubuntu_pro ubuntu_advantage lxd fan",
    NOT_APPLIED,
  ),
  ...all(
    "ssh ssh_publish_hostkeys allow_public_ssh_keys authkey_hash no_ssh_fingerprints",
    NOT_APPLIED,
  ),
  ...all(
    "ssh_fp_console_blacklist ssh_key_console_blacklist apt_pipelining swap device_aliases",
    NOT_APPLIED,
  ),
  ...all("package_reboot_if_required apt_reboot_if_required", NO_REBOOT),
  ...all("apt_sources apt_mirror apt_mirror_search apt_proxy apt_http_proxy apt_https_proxy", OLD_APT),
  ...all("apt_ftp_proxy apt_preserve_sources_list apt_custom_sources_list add_apt_repo_match", OLD_APT),
  ...all("rsyslog wireguard phone_home byobu_by_default autoinstall rh_subscription spacewalk", NOT_APPLIED),
};
