#include "core/formats/file_notes.h"

#include <gtest/gtest.h>

namespace tstitch {
namespace {

TEST(FileNotes, tellPredictionAndTerminalSnr) {
  EXPECT_EQ(read_file_notes({}).predicts_v, std::nullopt);
  EXPECT_EQ(read_file_notes({{"modelspec.prediction_type", "v"}}).predicts_v, true);
  EXPECT_EQ(read_file_notes({{"modelspec.prediction_type", "V_Prediction "}}).predicts_v, true);
  EXPECT_EQ(read_file_notes({{"modelspec.predict_key", "epsilon"}}).predicts_v, false);
  EXPECT_EQ(read_file_notes({{"modelspec.architecture", "stable-diffusion-v2-768-v"}}).predicts_v, true);
  EXPECT_EQ(read_file_notes({{"modelspec.architecture", "stable-diffusion-v2-512"}}).predicts_v, false);
  EXPECT_EQ(read_file_notes({{"ss_v_parameterization", "True"}}).predicts_v, true);
  EXPECT_EQ(read_file_notes({{"ss_v_parameterization", "False"}}).predicts_v, std::nullopt);
  EXPECT_TRUE(read_file_notes({{"ss_zero_terminal_snr", "True"}}).zero_snr);
  EXPECT_FALSE(read_file_notes({{"ss_zero_terminal_snr", "None"}}).zero_snr);
}

TEST(FileNotes, nameProcessesThatAreNotSupportedAndPassOverTheRest) {
  EXPECT_EQ(read_file_notes({{"modelspec.prediction_type", "flow_matching"}}).foreign_process, "flow_matching");
  const FileNotes unknown = read_file_notes({{"modelspec.prediction_type", "best"}, {"modelspec.title", "v"}});
  EXPECT_EQ(unknown.predicts_v, std::nullopt);
  EXPECT_EQ(unknown.foreign_process, "");
}

}  // namespace
}  // namespace tstitch
