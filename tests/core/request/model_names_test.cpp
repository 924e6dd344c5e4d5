#include "core/request/model_names.h"

#include <gtest/gtest.h>

namespace tstitch {
namespace {

TEST(ModelNames, FindTheModelThatStandsForAll) {
  GenerationRequest request;
  EXPECT_EQ(principal_denoiser(request), nullptr);
  request.denoisers = {{"small", {}, {}}, {"large", {}, {}}, {"third", {}, {}}};
  EXPECT_EQ(principal_denoiser(request)->name, "large");
  EXPECT_EQ(find_denoiser(request, "third")->name, "third");
  EXPECT_EQ(find_denoiser(request, "none"), nullptr);
  request.denoisers = {{"one", {}, {}}, {"two", {}, {}}};
  EXPECT_EQ(principal_denoiser(request)->name, "two");
}

TEST(ModelNames, ShortenTheHashOfTheNetwork) {
  const ModelReference model{"m", "", {{"vae", std::string(64, 'b')}, {"unet", "0123456789abcdef"}}, {}};
  EXPECT_EQ(short_hash(model), "0123456789");
  EXPECT_EQ(short_hash({"m", "", {{"vae", std::string(64, 'b')}}, {}}), "bbbbbbbbbb");
  EXPECT_EQ(short_hash({}), "");
}

}  // namespace
}  // namespace tstitch
