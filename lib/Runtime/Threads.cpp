//===- Threads.cpp - Ranges in parallel -----------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Threads.h"
#include "onebit/Runtime/TernaryGemv.h"
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

using namespace onebit::runtime;

namespace {
/// Threads that wait for work and take parts of it, with the caller, until none
/// is left. One that is late takes fewer parts; nobody waits for one that has
/// not begun.
class Pool {
public:
  ~Pool() { resize(1); }

  void resize(unsigned threads) {
    std::lock_guard<std::mutex> caller(callers);
    if (threads == wanted)
      return;
    {
      std::lock_guard<std::mutex> lock(mutex);
      stopping = true;
    }
    wake.notify_all();
    for (std::thread &worker : workers)
      worker.join();
    workers.clear();
    stopping = false;
    wanted = threads;
    for (unsigned i = 1; i < threads; ++i)
      if (!addWorker())
        return;
  }

  void run(int64_t count, const std::function<void(int64_t, int64_t)> &body) {
    // Who finds others at work does it alone.
    std::unique_lock<std::mutex> caller(callers, std::try_to_lock);
    if (!caller || workers.empty() || count < 2) {
      body(0, count);
      return;
    }
    {
      std::lock_guard<std::mutex> lock(mutex);
      total = count;
      const int64_t parts = kParts * (workers.size() + 1);
      step = (count + parts - 1) / parts;
      next = 0;
      work = &body;
      open = true;
    }
    wake.notify_all();
    runParts();
    std::unique_lock<std::mutex> lock(mutex);
    open = false;
    done.wait(lock, [this] { return running == 0; });
  }

private:
  /// For each thread: few enough to be long, enough to be even.
  static constexpr int64_t kParts = 8;

  /// Whether the system gave one more thread. What it refuses others do: no
  /// result depends on how many there are.
  bool addWorker() {
    try {
      workers.emplace_back([this] { loop(); });
      return true;
    } catch (const std::system_error &) {
      return false;
    }
  }

  void runParts() {
    for (int64_t begin; (begin = next.fetch_add(step)) < total;)
      (*work)(begin, std::min(begin + step, total));
  }

  void loop() {
    std::unique_lock<std::mutex> lock(mutex);
    while (true) {
      wake.wait(lock, [&] { return stopping || (open && next < total); });
      if (stopping)
        return;
      ++running;
      lock.unlock();
      runParts();
      lock.lock();
      if (--running == 0)
        done.notify_one();
    }
  }

  /// Of those who call `run` or `resize`; `mutex` is between one and workers.
  std::mutex callers, mutex;
  std::condition_variable wake, done;
  std::vector<std::thread> workers;
  /// Threads that were asked for, the caller among them.
  unsigned wanted = 1;
  const std::function<void(int64_t, int64_t)> *work = nullptr;
  /// Where the next part begins; those before are taken.
  std::atomic<int64_t> next{0};
  int64_t total = 0, step = 0;
  /// Workers that take parts.
  size_t running = 0;
  bool open = false, stopping = false;
};
} // namespace

static Pool &getPool() {
  static Pool pool;
  return pool;
}

void onebit::runtime::parallelFor(
    int64_t count, const std::function<void(int64_t, int64_t)> &work) {
  getPool().run(count, work);
}

void onebit::runtime::setNumThreads(unsigned threads) {
  getPool().resize(std::max(threads, 1u));
}

extern "C" void onebit_set_num_threads(unsigned threads) {
  setNumThreads(threads);
}
