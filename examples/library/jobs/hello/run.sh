mkdir -p /results
echo "hello $NAME" | tee /results/greeting
