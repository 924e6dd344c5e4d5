#include "core/hub/cuda_install.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/formats/sha256.h"
#include "tests/support/deflated_record.h"
#include "tests/support/hub/hub_test.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;
using test::Answer;
using test::Asked;
using test::bytes_of;
using test::deflated_record;
using test::zip_bytes;
using test::ZipRecord;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kLibrary(50'000, 'L');

/// Two wheels on this machine's hub, and the list that names them.
class CudaInstall : public test::HubTest {
 protected:
  CudaInstall() : runtime_{"torch-1-cuda-2", 1'000'000, {}} {
    put("torch.whl", {deflated_record("torch/lib/libtorch_cuda.so", kLibrary), deflated_record("torch/__init__.py", ""),
                      deflated_record("torch/lib/libtorch_cpu.so", "ships with the program"),
                      deflated_record("torch/", ""), deflated_record("torch-1.dist-info/licenses/LICENSE", "BSD")});
    put("cufft.whl", {deflated_record("nvidia/cu13/lib/libcufft.so.12", "FFT"),
                      deflated_record("nvidia_cufft-12.dist-info/License.txt", "NVIDIA")});
  }

  void put(const std::string& name, const std::vector<ZipRecord>& records) {
    const std::string bytes = zip_bytes(records);
    hub_.put_large("org/name", name, bytes);
    runtime_.archives.push_back({concat(hub_.address(), "/org/name/resolve/main/", name), sha256_of(bytes),
                                 static_cast<std::int64_t>(bytes.size())});
  }

  /// In place of the two wheels one that holds such an entry beside a library.
  std::string refusal_of(const ZipRecord& record) {
    runtime_.archives.clear();
    put("hostile.whl", {deflated_record("torch/lib/libtorch_cuda.so", kLibrary), record});
    return refusal();
  }

  std::string refusal() {
    return sentence_of([&] { install(); });
  }

  void install(const std::stop_token& stop = {}, const FetchSink& sink = {}) {
    HubSettings chosen = settings();
    chosen.token = "secret";
    install_cuda_runtime(runtime_, place_, chosen, stop, sink);
  }

  /// Each transfer brings so many bytes and then nothing more.
  void stall_after(std::size_t bytes) {
    lie([this, bytes](const Asked& asked, int) -> std::optional<Answer> {
      if (!asked.is_get()) return std::nullopt;
      Answer answer = hub_.honest(asked);
      answer.drop_after = bytes;
      answer.stall = true;
      return answer;
    });
  }

  /// Every file below the folder but the lock, by its path from there.
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(place_)) {
      if (entry.is_regular_file() && entry.path().filename() != "lock") {
        found.push_back(fs::relative(entry.path(), place_).string());
      }
    }
    return found;
  }

  fs::path place_ = folder_.path() / "data ü" / "cuda";
  CudaRuntime runtime_;
};

TEST_F(CudaInstall, BringsLibrariesAndLicencesAndRemovesThem) {
  std::int64_t last = 0;
  install({}, [&](const FetchProgress& progress) {
    EXPECT_GE(progress.all_bytes, last);
    last = progress.all_bytes;
    EXPECT_EQ(progress.all_of, runtime_.download_bytes());
  });
  EXPECT_EQ(last, runtime_.download_bytes());
  EXPECT_THAT(files(), testing::UnorderedElementsAre("torch-1-cuda-2/torch/lib/libtorch_cuda.so",
                                                     "torch-1-cuda-2/nvidia/cu13/lib/libcufft.so.12",
                                                     "torch-1-cuda-2/licences/torch/LICENSE",
                                                     "torch-1-cuda-2/licences/nvidia_cufft/License.txt"));
  EXPECT_EQ(bytes_of(runtime_.torch_libraries(place_) / "libtorch_cuda.so"), kLibrary);
  EXPECT_TRUE(runtime_.is_in(place_));
  const std::size_t asked = hub_.asked().size();
  install();
  EXPECT_EQ(hub_.asked().size(), asked) << "what is here is not asked for again";
  for (const Asked& each : hub_.asked()) EXPECT_EQ(each.header("authorization"), "");
  EXPECT_TRUE(remove_cuda_runtime(place_));
  EXPECT_FALSE(fs::exists(place_));
  EXPECT_FALSE(remove_cuda_runtime(place_));
}

TEST_F(CudaInstall, GoesOnWhereItWasStopped) {
  stall_after(100);
  std::stop_source stop;
  const auto stop_there = [&](const FetchProgress& progress) {
    if (progress.bytes == 100) stop.request_stop();
  };
  EXPECT_THROW(install(stop.get_token(), stop_there), Interrupted);
  EXPECT_FALSE(runtime_.is_in(place_));
  EXPECT_THAT(files(), testing::Contains(concat("downloads/", runtime_.archives[0].sha256, ".part")));
  lie({});
  const std::size_t before = hub_.gets().size();
  install();
  EXPECT_TRUE(runtime_.is_in(place_));
  EXPECT_EQ(hub_.gets()[before].header("range"), "bytes=100-");
}

TEST_F(CudaInstall, RefusesOtherBytesThanTheListPromises) {
  lie([](const Asked& asked, int) -> std::optional<Answer> {
    return asked.is_get() ? std::optional(Answer{200, {}, zip_bytes({{.name = "evil", .data = "x"}})}) : std::nullopt;
  });
  runtime_.archives[0].bytes = static_cast<std::int64_t>(zip_bytes({{.name = "evil", .data = "x"}}).size());
  const std::string sentence = refusal();
  EXPECT_THAT(sentence, HasSubstr(runtime_.archives[0].sha256));
  EXPECT_THAT(sentence, HasSubstr("thrown away"));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(CudaInstall, RefusesNamesThatLeadElsewhere) {
  for (const char* name : {"../libx.so", "/tmp/libx.so", "torch/lib/../../../../libx.so", "torch//lib/libx.so",
                           "torch/./lib/libx.so", "torch\\lib\\libx.so", "torch/lib/lib\nx.so"}) {
    SCOPED_TRACE(name);
    EXPECT_THAT(refusal_of(deflated_record(name, "x")), HasSubstr("lead out of its folder"));
    EXPECT_THAT(files(), IsEmpty());
    EXPECT_FALSE(fs::exists(folder_.path() / "data ü" / "libx.so"));
  }
  ZipRecord link = deflated_record("torch/lib/liblink.so", "../../../../../etc/passwd");
  link.mode = 0xA1FF;
  EXPECT_THAT(refusal_of(link), HasSubstr("is a link or a device"));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(CudaInstall, LeavesNothingOfAnArchiveThatCannotBeUnpacked) {
  ZipRecord bomb = deflated_record("torch/lib/libbomb.so", std::string(1'000'000, 'b'));
  bomb.unpacked_more -= 999'000;
  EXPECT_THAT(refusal_of(bomb), HasSubstr("holds more than it says"));
  EXPECT_FALSE(fs::exists(place_ / "torch-1-cuda-2"));
  EXPECT_FALSE(fs::exists(place_ / "torch-1-cuda-2.unpacking"));
  ZipRecord huge = deflated_record("torch/lib/libhuge.so", "h");
  huge.unpacked_more = 0xF0000000;
  runtime_.unpacked_bytes = 1;
  EXPECT_NE(refusal_of(huge), "");
  runtime_.archives.clear();
  put("empty.whl", {deflated_record("torch/__init__.py", "")});
  EXPECT_THAT(refusal(), HasSubstr("holds none of the libraries"));
}

TEST_F(CudaInstall, SaysBeforehandWhereThereIsNoRoom) {
  runtime_.unpacked_bytes = std::int64_t{1} << 40U;
  runtime_.unpacked_bytes *= 1000;
  EXPECT_THAT(refusal(), HasSubstr("are free there"));
  EXPECT_THAT(hub_.asked(), IsEmpty());
}

TEST_F(CudaInstall, AsksNobodyWhereNothingMayBeAsked) {
  HubSettings offline = settings();
  offline.offline = true;
  EXPECT_THAT(sentence_of([&] { install_cuda_runtime(runtime_, place_, offline, {}, {}); }),
              HasSubstr("HF_HUB_OFFLINE is set"));
  EXPECT_FALSE(fs::exists(place_));
  runtime_.archives[0].address = "ftp://example.org/torch.whl";
  EXPECT_THAT(refusal(), HasSubstr("is not an http or https address"));
}

TEST_F(CudaInstall, TakesALaterListInPlaceOfAnEarlierOne) {
  install();
  runtime_.name = "torch-3-cuda-4";
  EXPECT_FALSE(runtime_.is_in(place_));
  install();
  EXPECT_TRUE(runtime_.is_in(place_));
  EXPECT_FALSE(fs::exists(place_ / "torch-1-cuda-2"));
}

TEST(CudaList, OfTheProgramIsReadAndOthersAreRefused) {
  const test::TemporaryFolder folder;
  const CudaRuntime runtime = read_cuda_runtime(fs::path(TSTITCH_SOURCE_DIR) / "resources/cuda_runtime.json");
  EXPECT_EQ(runtime.archives.size(), 14U);
  EXPECT_GT(runtime.download_bytes(), 2'000'000'000);
  for (const CudaArchive& archive : runtime.archives) EXPECT_THAT(archive.address, testing::StartsWith("https://"));
  const std::string hash(64, 'a');
  const std::vector<std::string> bad{
      "{",
      "[]",
      R"({"cuda_runtime":2})",
      R"({"cuda_runtime":1,"name":"../x","unpacked_bytes":1,"from":"","archives":[]})",
      R"({"cuda_runtime":1,"name":"x","unpacked_bytes":-1,"from":"","archives":[]})",
      R"({"cuda_runtime":1,"name":"x","unpacked_bytes":1,"from":"","archives":[]})",
      R"({"cuda_runtime":1,"name":"x","unpacked_bytes":1,"from":"","archives":[{"path":"a","bytes":1,"sha256":"A"}]})"};
  for (const std::string& text : bad) {
    EXPECT_THROW(read_cuda_runtime(folder.write("list.json", text)), BadInput) << text;
  }
  EXPECT_THROW(read_cuda_runtime(folder.path() / "none.json"), BadInput);
}

}  // namespace
}  // namespace tstitch
