#include "core/system/power_supply.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

class PowerSupply : public ::testing::Test {
 protected:
  void supply(const std::string& name, const std::string& file, const std::string& word) const {
    std::filesystem::create_directories(folder_.path() / name);
    folder_.write(name + "/" + file, word + "\n");
  }
  [[nodiscard]] bool on_battery() const { return tstitch::on_battery(folder_.path()); }

  test::TemporaryFolder folder_;
};

TEST_F(PowerSupply, isTheBatteryOnlyWhereItFeedsTheMachine) {
  EXPECT_FALSE(on_battery()) << "a desktop";
  supply("BAT0", "type", "Battery");
  supply("BAT0", "status", "Full");
  EXPECT_FALSE(on_battery());
  supply("BAT0", "status", "Discharging");
  EXPECT_TRUE(on_battery());
  supply("AC", "type", "Mains");
  supply("AC", "online", "0");
  EXPECT_TRUE(on_battery());
  supply("AC", "online", "1");
  EXPECT_FALSE(on_battery());
}

TEST_F(PowerSupply, isNoMousesBattery) {
  supply("hidpp_battery_0", "type", "Battery");
  supply("hidpp_battery_0", "scope", "Device");
  supply("hidpp_battery_0", "status", "Discharging");
  EXPECT_FALSE(on_battery());
  EXPECT_FALSE(tstitch::on_battery("/no/such/folder"));
}

}  // namespace
}  // namespace tstitch
