#include "proto/wire/poller.h"

#include <algorithm>
#include <vector>
#include <zmq.hpp>

namespace loads::wire {

struct Poller::Items {
  std::vector<zmq_pollitem_t> list;

  void add(void* socket, int descriptor) { list.push_back({socket, descriptor, ZMQ_POLLIN, 0}); }

  void remove(const void* socket, int descriptor) {
    std::erase_if(list, [&](const zmq_pollitem_t& item) { return item.socket == socket && item.fd == descriptor; });
  }

  bool ready(const void* socket, int descriptor) const {
    return std::any_of(list.begin(), list.end(),
                       [&](const zmq_pollitem_t& item) { return item.socket == socket && item.fd == descriptor && item.revents != 0; });
  }
};

Poller::Poller() : items_(std::make_unique<Items>()) {}
Poller::~Poller() = default;

void Poller::add_socket(zmq::socket_t& socket) { items_->add(socket.handle(), -1); }
void Poller::remove_socket(zmq::socket_t& socket) { items_->remove(socket.handle(), -1); }
bool Poller::socket_ready(zmq::socket_t& socket) const { return items_->ready(socket.handle(), -1); }

void Poller::add_descriptor(int descriptor) {
  items_->list.push_back({nullptr, descriptor, ZMQ_POLLIN | ZMQ_POLLERR, 0});  // ZeroMQ has an end, too, be an error
}
void Poller::remove_descriptor(int descriptor) { items_->remove(nullptr, descriptor); }
bool Poller::descriptor_ready(int descriptor) const { return items_->ready(nullptr, descriptor); }

std::size_t Poller::wait(std::chrono::milliseconds timeout) {
  for (auto& item : items_->list) item.revents = 0;
  const int ready = zmq_poll(items_->list.data(), static_cast<int>(items_->list.size()), timeout.count());
  if (ready >= 0) return static_cast<std::size_t>(ready);
  for (auto& item : items_->list) item.revents = 0;
  return 0;
}

}  // namespace loads::wire
