//===- Threads.cpp - Ranges in parallel -----------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Threads.h"
#include "onebit/Runtime/TernaryGemv.h"
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

using namespace onebit::runtime;

namespace {
/// Threads that wait for a range. The caller works on the first range itself.
class Pool {
public:
  ~Pool() { resize(1); }

  void resize(unsigned threads) {
    std::lock_guard<std::mutex> caller(callers);
    if (threads == workers.size() + 1)
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
    for (unsigned i = 1; i < threads; ++i)
      workers.emplace_back([this, i, seen = round] { loop(i, seen); });
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
      work = &body;
      running = workers.size();
      ++round;
    }
    wake.notify_all();
    runRange(0);
    std::unique_lock<std::mutex> lock(mutex);
    done.wait(lock, [this] { return running == 0; });
  }

private:
  void runRange(unsigned index) {
    int64_t parts = workers.size() + 1;
    int64_t begin = total * index / parts, end = total * (index + 1) / parts;
    if (begin < end)
      (*work)(begin, end);
  }

  void loop(unsigned index, uint64_t seen) {
    std::unique_lock<std::mutex> lock(mutex);
    while (true) {
      wake.wait(lock, [&] { return stopping || round != seen; });
      if (stopping)
        return;
      seen = round;
      lock.unlock();
      runRange(index);
      lock.lock();
      if (--running == 0)
        done.notify_one();
    }
  }

  /// Of those who call `run` or `resize`; `mutex` is between one and workers.
  std::mutex callers, mutex;
  std::condition_variable wake, done;
  std::vector<std::thread> workers;
  const std::function<void(int64_t, int64_t)> *work = nullptr;
  int64_t total = 0;
  uint64_t round = 0;
  size_t running = 0;
  bool stopping = false;
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
