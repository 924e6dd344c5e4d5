# The Studio: the window with the engine that runs here.
find_package(Qt6 6.4 REQUIRED COMPONENTS Widgets DBus Network Sql)  # imported targets are known in their own folder only

add_executable(tstitch-studio studio_main.cpp application.cpp application.h model_fetcher.cpp studio_engines.cpp passive_threads.cpp removed_folder.cpp)
set_target_properties(tstitch-studio PROPERTIES AUTOMOC ON)
target_link_libraries(tstitch-studio PRIVATE tstitch_ui tstitch_engine tstitch_wire tstitch_hub)
