/** How often we look whether Terraform still runs. */
const CHECK_MILLISECONDS = 500;

/**
 * Ends this client in order when Terraform does not run any more. A deployment would carry on; an upload without Terraform
 * makes nothing but costs, and the next apply may come at any time.
 */
export function endWithTerraform(): void {
  const terraform = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === terraform) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, CHECK_MILLISECONDS);
  timer.unref();
}
