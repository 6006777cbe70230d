# A doorway for whoever comes through node-gyp: one action that runs the same build as npm does.
# Its output is never made, so that it always runs; scripts/build.mjs knows when nothing changed.
{
    "targets": [
        {
            "target_name": "archon",
            "type": "none",
            "actions": [
                {
                    "action_name": "build",
                    "inputs": ["native/CMakeLists.txt"],
                    "outputs": ["native/build/always"],
                    "action": ["node", "scripts/build.mjs"],
                },
            ],
        },
    ],
}
