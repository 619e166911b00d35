#include "engine/coding/decoder.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <string>

namespace loads::coding {
namespace {

using namespace std::string_literals;
using Error = Outcome::Error;

constexpr std::uint64_t kMost = 1U << 20U;
const std::string kPlain = "Hello, Search!";
const std::string kGzip =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xf3\x48\xcd\xc9\xc9\xd7\x51\x08\x4e\x4d\x2c\x4a\xce\x50\x04\x00\x86\x4f\xf2\xfe\x0e\x00\x00\x00"s;
const std::string kZlib = "\x78\x9c\xf3\x48\xcd\xc9\xc9\xd7\x51\x08\x4e\x4d\x2c\x4a\xce\x50\x04\x00\x24\x1f\x04\xb8"s;
const std::string kRaw = "\xf3\x48\xcd\xc9\xc9\xd7\x51\x08\x4e\x4d\x2c\x4a\xce\x50\x04\x00"s;
const std::string kBrotli = "\x8b\x06\x80\x48\x65\x6c\x6c\x6f\x2c\x20\x53\x65\x61\x72\x63\x68\x21\x03"s;
const std::string kZstd = "\x28\xb5\x2f\xfd\x04\x58\x71\x00\x00\x48\x65\x6c\x6c\x6f\x2c\x20\x53\x65\x61\x72\x63\x68\x21\x81\xda\xd0\xc0"s;
// 50 MiB of zeros in 89 bytes.
const std::string kBrotliBomb =
    "\xcb\xff\xff\x3f\x00\x24\x00\xe2\xb1\x40\x72\xef\xff\xf8\xff\xff\x07\x80\x04\x40\x1c\x16\x80\xee\xfd\x1f\xff\xff\xff\x00\x90\x00\x88"
    "\xc3"
    "\x02\xd0\xbd\xff\xe3\xff\xff\x1f\x00\x12\x00\x71\x58\x00\xba\xf7\x7f\xfc\xff\xff\x03\x40\x02\x20\x0e\x0b\x40\xf7\xfe\x8f\xff\xff\x7f"
    "\x00"
    "\x48\x00\xc4\x61\x01\xe8\xde\xff\xe5\xff\xff\x07\x00\x09\x80\x38\x2c\x00\xdd\xfb\x0f"s;

struct Unpacked {
  Outcome outcome;
  std::string text;
};

Unpacked unpack(std::string_view codings, std::string_view bytes, std::uint64_t most = kMost) {
  Unpacked out;
  out.outcome = decode(codings, bytes, most, [&](std::string_view piece) {
    out.text += piece;
    return true;
  });
  return out;
}

// The same, one byte at a time.
Unpacked unpack_slowly(std::string_view codings, std::string_view bytes) {
  Unpacked out;
  Decoder decoder(codings, kMost);
  const auto append = [&](std::string_view piece) {
    out.text += piece;
    return true;
  };
  for (const char& byte : bytes) {
    if (out.outcome = decoder.feed({&byte, 1}, append); !out.outcome) return out;
  }
  out.outcome = decoder.finish();
  return out;
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

struct Case {
  const char* coding;
  const std::string& packed;
};

class DecoderOf : public testing::TestWithParam<Case> {};

TEST_P(DecoderOf, UnpacksAWhole) {
  const Unpacked whole = unpack(GetParam().coding, GetParam().packed);
  EXPECT_TRUE(whole.outcome) << whole.outcome.message();
  EXPECT_EQ(whole.text, kPlain);
}

TEST_P(DecoderOf, UnpacksByteByByte) {
  const Unpacked slow = unpack_slowly(GetParam().coding, GetParam().packed);
  EXPECT_TRUE(slow.outcome) << slow.outcome.message();
  EXPECT_EQ(slow.text, kPlain);
}

TEST_P(DecoderOf, SaysThatItIsCutShort) {
  const std::string& packed = GetParam().packed;
  for (std::size_t size = 1; size < packed.size(); ++size) {
    EXPECT_EQ(unpack(GetParam().coding, packed.substr(0, size)).outcome.error, Error::cut_short) << size;
  }
}

TEST_P(DecoderOf, NothingAtAllIsAnEmptyBody) {
  const Unpacked nothing = unpack(GetParam().coding, "");
  EXPECT_TRUE(nothing.outcome);
  EXPECT_EQ(nothing.text, "");
}

TEST_P(DecoderOf, RefusesWhatIsNoneOfIt) { EXPECT_EQ(unpack(GetParam().coding, "<html>Search</html>").outcome.error, Error::corrupt); }

INSTANTIATE_TEST_SUITE_P(Codings, DecoderOf,
                         testing::Values(Case{"gzip", kGzip}, Case{"x-gzip", kGzip}, Case{"deflate", kZlib}, Case{"deflate", kRaw},
                                         Case{"br", kBrotli}, Case{"zstd", kZstd}));

TEST(Decoder, UndoesSeveralOneUponAnotherFromTheLast) {
  EXPECT_EQ(unpack("gzip, zstd", zstd(kGzip)).text, kPlain);
  EXPECT_EQ(unpack_slowly(" GZIP ,, identity,Gzip", gzip(kGzip)).text, kPlain);
}

TEST(Decoder, UnpacksEveryMemberOfGzipAndFrameOfZstd) {
  EXPECT_EQ(unpack("gzip", kGzip + kGzip).text, kPlain + kPlain);
  EXPECT_EQ(unpack_slowly("gzip", kGzip + kGzip).text, kPlain + kPlain);
  EXPECT_EQ(unpack("zstd", kZstd + kZstd).text, kPlain + kPlain);
  EXPECT_EQ(unpack("zstd", kZstd + kZstd.substr(0, 9)).outcome.error, Error::cut_short);
}

TEST(Decoder, IgnoresWhatStandsBehindTheEnd) {
  for (const std::string& rest : {"\0\0\0"s, "\x1f"s + "no", "x"s}) {
    EXPECT_EQ(unpack("gzip", kGzip + rest).text, kPlain);
    EXPECT_TRUE(unpack("gzip", kGzip + rest).outcome);
    EXPECT_TRUE(unpack("deflate", kZlib + rest).outcome);
    EXPECT_TRUE(unpack("br", kBrotli + rest).outcome);
  }
}

TEST(Decoder, NoticesAWrongChecksum) {
  std::string wrong = kGzip;
  wrong[wrong.size() - 6] ^= 1;
  const Outcome outcome = unpack("gzip", wrong).outcome;
  EXPECT_EQ(outcome.message(), "its gzip data is corrupt");
}

TEST(Decoder, UnpacksLargeBodiesWhole) {
  std::string large;
  for (int i = 0; i < 60000; ++i) large += std::to_string(i * 7919 % 10007);
  EXPECT_EQ(unpack("gzip", gzip(large)).text, large);
  EXPECT_EQ(unpack("zstd", zstd(large)).text, large);
}

TEST(Decoder, UnpacksNoMoreThanItMay) {
  const std::string zeros(kMost + 1, '\0');
  for (const auto& [coding, bomb] : {std::pair("gzip", gzip(zeros)), {"zstd", zstd(zeros)}, {"br", kBrotliBomb}}) {
    const Unpacked out = unpack(coding, bomb);
    EXPECT_EQ(out.outcome.error, Error::too_large) << coding;
    EXPECT_LE(out.text.size(), kMost);
  }
  EXPECT_EQ(unpack("gzip", gzip(zeros)).outcome.message(), "its gzip data unpacks to more than 1048576 bytes");
  EXPECT_TRUE(unpack("gzip", gzip(zeros), kMost + 1).outcome);
}

TEST(Decoder, UnpacksNoMoreThanItMayOfAnyLayer) {
  EXPECT_EQ(unpack("gzip, gzip", gzip(gzip(std::string(kMost + 1, '\0')))).outcome.error, Error::too_large);
}

TEST(Decoder, RefusesAWindowThatIsTooLargeForHttp) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 24);
  const std::string text(20U << 20U, 'x');
  std::string out(ZSTD_compressBound(text.size()), '\0');
  ZSTD_inBuffer input{text.data(), text.size(), 0};
  ZSTD_outBuffer output{out.data(), out.size(), 0};
  while (ZSTD_compressStream2(context, &output, &input, ZSTD_e_end) != 0) {
  }
  ZSTD_freeCCtx(context);
  EXPECT_EQ(unpack("zstd", out.substr(0, output.pos), 1U << 30U).outcome.error, Error::corrupt);
}

TEST(Decoder, KnowsWhatItCanUndo) {
  EXPECT_TRUE(Decoder::knows("gzip"));
  EXPECT_TRUE(Decoder::knows("Br, zstd"));
  EXPECT_FALSE(Decoder::knows(""));
  EXPECT_FALSE(Decoder::knows("identity"));
  EXPECT_FALSE(Decoder::knows("compress"));
  EXPECT_FALSE(Decoder::knows("gzip, compress"));
  EXPECT_FALSE(Decoder::knows("gzip,gzip,gzip,gzip,gzip,gzip"));
}

}  // namespace
}  // namespace loads::coding
