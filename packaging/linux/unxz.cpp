// Reads xz from standard input, writes what is in it to standard output. The self-extracting file carries it for
// machines that have no xz.
#include <array>
#include <cstdint>
#include <cstdio>

#include <lzma.h>

namespace {

constexpr std::uint64_t kMostMemory = std::uint64_t{256} << 20U;

struct Buffers {
  std::array<std::uint8_t, 1U << 16U> in{};
  std::array<std::uint8_t, 1U << 18U> out{};
};

bool write_out(lzma_stream& stream, Buffers& buffers) {
  const std::size_t made = buffers.out.size() - stream.avail_out;
  stream.next_out = buffers.out.data();
  stream.avail_out = buffers.out.size();
  return std::fwrite(buffers.out.data(), 1, made, stdout) == made;
}

bool unpack(lzma_stream& stream, Buffers& buffers) {
  stream.next_out = buffers.out.data();
  stream.avail_out = buffers.out.size();
  for (;;) {
    if (stream.avail_in == 0) {
      stream.next_in = buffers.in.data();
      stream.avail_in = std::fread(buffers.in.data(), 1, buffers.in.size(), stdin);
    }
    const lzma_ret state = lzma_code(&stream, stream.avail_in == 0 ? LZMA_FINISH : LZMA_RUN);
    if ((stream.avail_out == 0 || state != LZMA_OK) && !write_out(stream, buffers)) return false;
    if (state == LZMA_STREAM_END) return true;
    if (state != LZMA_OK) return false;
  }
}

}  // namespace

int main() {
  static Buffers buffers;
  lzma_stream stream = LZMA_STREAM_INIT;
  if (lzma_stream_decoder(&stream, kMostMemory, LZMA_CONCATENATED) != LZMA_OK) return 1;
  const bool done = unpack(stream, buffers) && std::fflush(stdout) == 0;
  lzma_end(&stream);
  return done ? 0 : 1;
}
