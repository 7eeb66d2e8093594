package io.beethoven.benchmarks;

import io.beethoven.testkit.NodeProcess;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What nodes take that have nothing to do, each on average.
 *
 * @param cpuPercent of a core
 * @param writtenPerSecond bytes that it writes, nearly all of them to sockets
 * @param residentMegabytes memory that is resident
 * @param heapMegabytes what the heap of the first process holds after a collection; NaN if that is
 *     not known
 * @param threads threads
 * @param descriptors open files, sockets for the most part
 */
record IdleFigures(
    double cpuPercent,
    double writtenPerSecond,
    double residentMegabytes,
    double heapMegabytes,
    double threads,
    double descriptors) {

  /**
   * Looks on.
   *
   * @param processes the nodes' processes
   * @param nodes how many nodes they are
   * @param seconds how long
   */
  static IdleFigures of(List<NodeProcess> processes, int nodes, long seconds)
      throws IOException, InterruptedException {
    double cpuBefore = 0;
    long writtenBefore = 0;
    for (NodeProcess process : processes) {
      cpuBefore += ProcFiles.cpuSeconds(process.pid());
      writtenBefore += ProcFiles.writtenBytes(process.pid());
    }
    long begun = System.nanoTime();
    TimeUnit.SECONDS.sleep(seconds);
    double elapsed = (System.nanoTime() - begun) / 1e9;
    double cpu = -cpuBefore;
    double written = -writtenBefore;
    double resident = 0;
    double threads = 0;
    double descriptors = 0;
    for (NodeProcess process : processes) {
      cpu += ProcFiles.cpuSeconds(process.pid());
      written += ProcFiles.writtenBytes(process.pid());
      resident += ProcFiles.residentMegabytes(process.pid());
      threads += ProcFiles.threads(process.pid());
      descriptors += ProcFiles.descriptors(process.pid());
    }
    // Last, and of one process only, since it takes time of its own.
    double heap = LiveHeap.megabytes(processes.get(0).pid()) * processes.size();
    return new IdleFigures(
        cpu / elapsed * 100 / nodes,
        written / elapsed / nodes,
        resident / nodes,
        heap / nodes,
        threads / nodes,
        descriptors / nodes);
  }
}
