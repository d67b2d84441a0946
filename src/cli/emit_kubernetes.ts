/** Workers as an Indexed Job of Kubernetes. @module */
import { stringify } from "npm:yaml@2.9.1";
import { type PodFleet, secondsToEnd, shownMemory } from "./emit_options.ts";
import { bucketVariables } from "../queue/bucket_address.ts";
import { isBucket } from "../queue/open_files.ts";
import { queueVariable } from "./queue_option.ts";

/** How often a worker is started again that ends by itself. One that is moved to another machine does not count. */
const restarts = 3;

/**
 * A manifest for `kubectl apply`: a worker for each index of a Job.
 *
 * @param line What starts a worker in the image's own folder.
 * @param files Where files are kept: where the volume of the claim is, or in a bucket.
 */
export function kubernetesJob(
  fleet: PodFleet,
  line: readonly string[],
  files: string | undefined,
): string {
  const { claim } = fleet;
  const variables = files !== undefined && isBucket(files) ? bucketVariables : [];
  const each = {
    cpu: String(fleet.cpus),
    memory: `${shownMemory(fleet.memory)}i`, // Slurm's 4G is 4 GiB, Kubernetes' is less.
    ...fleet.gpus > 0 ? { "nvidia.com/gpu": String(fleet.gpus) } : {},
  };
  const job = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: fleet.name },
    spec: {
      completionMode: "Indexed",
      completions: fleet.workers,
      parallelism: fleet.workers,
      backoffLimitPerIndex: restarts,
      podFailurePolicy: {
        rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }],
      },
      activeDeadlineSeconds: fleet.seconds,
      template: {
        spec: {
          restartPolicy: "Never", // As a limit of each index wants it.
          terminationGracePeriodSeconds: secondsToEnd,
          containers: [{
            name: "worker",
            image: fleet.image,
            command: line,
            env: [
              {
                name: queueVariable,
                valueFrom: { secretKeyRef: { name: fleet.secret, key: "address" } },
              },
              ...variables.map((name) => ({
                name,
                valueFrom: { secretKeyRef: { name: fleet.secret, key: name, optional: true } },
              })),
              // NVIDIA's runtime shows containers no Vulkan, unless they ask for it.
              ...fleet.gpus > 0 ? [{ name: "NVIDIA_DRIVER_CAPABILITIES", value: "all" }] : [],
            ],
            resources: { requests: each, limits: each },
            ...claim === undefined ? {} : { volumeMounts: [{ name: "files", mountPath: files }] },
          }],
          ...claim === undefined
            ? {}
            : { volumes: [{ name: "files", persistentVolumeClaim: { claimName: claim } }] },
        },
      },
    },
  };
  return stringify(job, { aliasDuplicateObjects: false, lineWidth: 0 }).trimEnd();
}
